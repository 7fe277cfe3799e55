/** What is wrong with a value that somebody wrote, before it is known where it stands. */
export interface Diagnostic {
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
}

export function isDiagnostic(value: object): value is Diagnostic {
  return 'message' in value;
}

export function withSuggestion(diagnostic: Diagnostic): string {
  return diagnostic.suggestion === undefined
    ? diagnostic.message
    : `${diagnostic.message}; did you mean ${diagnostic.suggestion}?`;
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[], or = 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${or} ${last}`;
}

/** `a`, `a and b`, `a, b and c`. */
export const both = (words: readonly string[]): string => either(words, 'and');
