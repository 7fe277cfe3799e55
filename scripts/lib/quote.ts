/** A command as one would type it into a shell. */
export function shellQuote(argv: readonly string[]): string {
  const quote = (arg: string) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
  return argv.map(quote).join(' ');
}
