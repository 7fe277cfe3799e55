/*
 * Each probe tries what a build must not be able to do and prints "probe <name>: blocked" or "probe <name>: OPEN".
 * None does harm where it succeeds. What it needs to know of the host is in the environment: see run.ts beside it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/io.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *env(const char *name) {
  const char *value = getenv(name);
  return value == NULL ? "" : value;
}

static long number(const char *name) { return atol(env(name)); }

/* Whether a file can be opened so. It is not written to. */
static int opens(const char *path, int flags) {
  int fd = open(path, flags | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int creates(const char *path) {
  int open = opens(path, O_WRONLY | O_CREAT | O_EXCL);
  if (open) unlink(path);
  return open;
}

/* Whether there is anything to read in a file. */
static int reads(const char *path) {
  char buffer[16];
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t size = read(fd, buffer, sizeof buffer);
  close(fd);
  return size > 0;
}

/* Whether a call got as far as to look at its (wrong) arguments. */
static int looked(long result) { return result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES); }

static int same(const char *path, const char *name) {
  struct stat stats;
  char text[64];
  if (stat(path, &stats) != 0) return 0;
  snprintf(text, sizeof text, "%lu:%lu", (unsigned long)stats.st_dev, (unsigned long)stats.st_ino);
  return strcmp(text, env(name)) == 0;
}

/* Whether a process can be made with these flags. */
static int clones(unsigned long flags) {
  long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0;
}

static int clones3(void) {
  struct { unsigned long flags, rest[10]; } args = {.flags = CLONE_NEWUSER};
  args.rest[3] = SIGCHLD;
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid(pid, NULL, 0);
  return pid > 0;
}

/* In a process of its own, for what can't be undone. */
static int apart(int (*probe)(void)) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0) _exit(probe());
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static int unshares(void) { return unshare(CLONE_NEWUSER) == 0; }
static int chroots(void) { return chroot("/tmp") == 0; }
static int traced(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0; }
static int root(void) { return setuid(0) == 0 || setresuid(-1, 0, -1) == 0 || geteuid() == 0; }
static int odd(void) { return personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC) != -1; }
static int i386(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  return result > 0;
}

static int joins(void) {
  const char *names[] = {"mnt", "net", "pid", "user", "ipc", "uts", "cgroup"};
  for (size_t at = 0; at < sizeof names / sizeof *names; at++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/1/ns/%s", names[at]);
    int fd = open(path, O_RDONLY);
    if (fd < 0) fd = open("/proc/self/ns/uts", O_RDONLY);
    if (looked(setns(fd, 0))) return 1;
  }
  return 0;
}

static int mounts(void) {
  mkdir("/tmp/mount", 0700);
  return mount("none", "/tmp/mount", "tmpfs", 0, NULL) == 0;
}

/* Whether a line of /proc/<pid>/status names a capability; those of the bounding set can't be had any more. */
static int has_capability(const char *line) {
  return strncmp(line, "Cap", 3) == 0 && strncmp(line, "CapBnd", 6) != 0 && strtoull(line + 7, NULL, 16) != 0;
}

/* Whether another process of the sandbox, bubblewrap's pid 1, may do more: where a user builds, it can be taken over. */
static int neighbours(void) {
  char path[64], line[256];
  DIR *dir = opendir("/proc");
  struct dirent *entry;
  while ((entry = readdir(dir)) != NULL) {
    if (atoi(entry->d_name) == 0) continue;
    snprintf(path, sizeof path, "/proc/%s/status", entry->d_name);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
      if ((strncmp(line, "Seccomp:", 8) == 0 && atoi(line + 8) != 2) || has_capability(line)) return 1;
    if (file != NULL) fclose(file);
  }
  closedir(dir);
  return 0;
}

static int capable(void) {
  char line[256];
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file) != NULL)
    if (has_capability(line)) return 1;
  return 0;
}

/* Whether a process of the host is to be seen. Its name is given backwards, for all arguments can be seen. */
static int sees(void) {
  char path[64], text[256], mark[64] = {0};
  size_t length = strlen(env("HOST_KRAM"));
  for (size_t at = 0; at < length && at < sizeof mark - 1; at++) mark[at] = env("HOST_KRAM")[length - 1 - at];
  DIR *dir = opendir("/proc");
  struct dirent *entry;
  while ((entry = readdir(dir)) != NULL) {
    if (atoi(entry->d_name) == 0) continue;
    snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    for (ssize_t at = 0; at < size; at++)
      if (length > 0 && at + (ssize_t)length <= size && memcmp(text + at, mark, length) == 0) return 1;
  }
  return 0;
}

static int connects(int family, const struct sockaddr *address, socklen_t length) {
  int fd = socket(family, SOCK_STREAM, 0);
  int open = fd >= 0 && connect(fd, address, length) == 0;
  if (fd >= 0) close(fd);
  return open;
}

static int tcp(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(number("HOST_PORT"))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connects(AF_INET, (struct sockaddr *)&address, sizeof address);
}

static int abstract(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *name = env("HOST_ABSTRACT");
  memcpy(address.sun_path + 1, name, strlen(name));
  return connects(AF_UNIX, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int sockets(int family, int type) {
  int fd = socket(family, type, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static int nodes(void) {
  int open = mknod("/tmp/node", S_IFBLK | 0600, makedev(254, 0)) == 0;
  return mknod("/tmp/node2", S_IFCHR | 0600, makedev(1, 1)) == 0 || open;
}

/* Devices beside the harmless ones. */
static int devices(void) {
  const char *known[] = {"null", "zero", "full", "random", "urandom", "tty"};
  char path[512];
  struct stat stats;
  DIR *dir = opendir("/dev");
  struct dirent *entry;
  while ((entry = readdir(dir)) != NULL) {
    int harmless = 0;
    for (size_t at = 0; at < sizeof known / sizeof *known; at++)
      harmless |= strcmp(entry->d_name, known[at]) == 0;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    if (harmless || lstat(path, &stats) != 0) continue;
    if (S_ISBLK(stats.st_mode) || S_ISCHR(stats.st_mode)) return 1;
  }
  return 0;
}

static int forks(void) {
  long count = 0, most = number("MOST_PROCESSES");
  pid_t *pids = calloc(most + 1, sizeof *pids);
  while (count <= most) {
    pid_t pid = fork();
    if (pid < 0) break;
    if (pid == 0) {
      pause();
      _exit(0);
    }
    pids[count++] = pid;
  }
  for (long at = 0; at < count; at++) kill(pids[at], SIGKILL);
  while (wait(NULL) > 0) continue;
  return count > most;
}

static int allocates(void) {
  void *place = mmap(NULL, number("MOST_MEMORY") + (1L << 30), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return place != MAP_FAILED;
}

/* Whether so many bytes can be written into a folder; they are removed. */
static int fills(const char *path, long bytes) {
  static char block[1 << 20];
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  long written = 0;
  while (fd >= 0 && written < bytes && write(fd, block, sizeof block) == sizeof block) written += sizeof block;
  if (fd >= 0) close(fd);
  unlink(path);
  return written >= bytes;
}

static int grows(void) {
  signal(SIGXFSZ, SIG_IGN);
  int fd = open("/out/large", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int open = ftruncate(fd, number("MOST_FILE") + 1) == 0;
  close(fd);
  unlink("/out/large");
  return open;
}

/* Files that are open beside the three, and a folder to look for them. */
static int inherits(void) {
  DIR *dir = opendir("/proc/self/fd");
  struct dirent *entry;
  while ((entry = readdir(dir)) != NULL) {
    int fd = atoi(entry->d_name);
    if (fd > 2 && fd != dirfd(dir)) return 1;
  }
  return 0;
}

static int raises(void) {
  int kinds[] = {RLIMIT_NPROC, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_CORE};
  for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++) {
    struct rlimit limit;
    getrlimit(kinds[at], &limit);
    if (limit.rlim_max == RLIM_INFINITY) return 1;
    limit.rlim_max += 1;
    if (setrlimit(kinds[at], &limit) == 0) return 1;
  }
  return 0;
}

static int hurries(void) {
  struct sched_param param = {.sched_priority = 1};
  int now = getpriority(PRIO_PROCESS, 0);
  return setpriority(PRIO_PROCESS, 0, now - 1) == 0 || sched_setscheduler(0, SCHED_FIFO, &param) == 0;
}

static int clock_is_set(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return clock_settime(CLOCK_REALTIME, &now) == 0;
}

static int spares(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  int open = write(fd, "-1", 2) == 2;
  close(fd);
  return open;
}

static int handles(void) {
  char space[128] = {0};
  struct file_handle *handle = (struct file_handle *)space;
  int id;
  handle->handle_bytes = 64;
  return looked(name_to_handle_at(AT_FDCWD, "/etc/passwd", handle, &id, 0)) ||
         looked(open_by_handle_at(AT_FDCWD, handle, O_RDONLY));
}

static int types(void) {
  char letter = 'x';
  if (opens("/dev/tty", O_RDWR)) return 1;
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  int open = master >= 0 && ioctl(master, TIOCSTI, &letter) == 0;
  close(master);
  return open;
}

static int perf(void) {
  struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .exclude_kernel = 1};
  return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) >= 0;
}

static int reads_memory(void) {
  char here[8], there[8];
  struct iovec to = {here, sizeof here}, from = {there, sizeof there};
  return process_vm_readv(getpid(), &to, 1, &from, 1, 0) > 0;
}

static int links(void) { return link("/usr/bin/env", "/out/linked") == 0 || link("/usr/bin/env", "/src/linked") == 0; }

static int disks(void) { return opens("/dev/vda", O_RDONLY) || opens("/dev/sda", O_RDONLY) || opens("/dev/nvme0n1", O_RDONLY); }

static void say(const char *name, int open) {
  printf("probe %s: %s\n", name, open ? "OPEN" : "blocked");
  fflush(stdout);
}

int main(void) {
  char space[256] = {0};
  say("open-files", inherits());
  say("core-pattern", opens("/proc/sys/kernel/core_pattern", O_WRONLY));
  say("sysctl", opens("/proc/sys/vm/drop_caches", O_WRONLY) || opens("/proc/sys/kernel/modprobe", O_WRONLY));
  say("sysrq", opens("/proc/sysrq-trigger", O_WRONLY));
  say("proc-irq-bus-fs", opens("/proc/irq/default_smp_affinity", O_WRONLY));
  say("kcore", reads("/proc/kcore"));
  say("kernel-secrets", reads("/proc/keys") || reads("/proc/kallsyms") || reads("/proc/kmsg") || reads("/proc/timer_list") || reads("/proc/vmallocinfo"));
  say("sysfs", access("/sys", F_OK) == 0);
  say("cgroup-files", access("/sys/fs/cgroup", F_OK) == 0);
  say("remount-usr", mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL) == 0);
  say("write-usr", creates("/usr/bin/probe") || opens("/usr/bin/env", O_WRONLY));
  say("write-etc", creates("/etc/probe") || opens("/etc/passwd", O_WRONLY));
  say("write-root", creates("/probe"));
  say("write-dev", creates("/dev/probe"));
  say("mount", apart(mounts));
  say("umount", umount2("/proc/sys", MNT_DETACH) == 0 || umount2("/usr", MNT_DETACH) == 0);
  say("new-mount-calls", looked(syscall(SYS_fsopen, "tmpfs", 0)) || looked(syscall(SYS_open_tree, AT_FDCWD, "/usr", 1)));
  say("user-namespace", apart(unshares));
  say("clone-namespace", clones(CLONE_NEWUSER) || clones(CLONE_NEWNS) || clones(CLONE_NEWNET));
  say("clone3", clones3());
  say("setns", apart(joins));
  say("chroot", apart(chroots));
  say("pivot-root", looked(syscall(SYS_pivot_root, "/tmp", "/tmp")));
  say("ptrace", apart(traced));
  say("process-memory", reads_memory());
  say("stronger-neighbour", neighbours());
  say("host-processes", sees());
  say("kill-host", kill(number("HOST_PID"), 0) == 0);
  say("host-etc", same("/etc", "HOST_ETC"));
  say("host-usr", same("/usr", "HOST_USR"));
  say("host-tmp", same("/tmp", "HOST_TMP") || reads(env("HOST_SECRET")));
  say("homes", access("/root", F_OK) == 0 || access("/home", F_OK) == 0);
  say("host-tcp", tcp());
  say("abstract-socket", abstract());
  say("vsock", sockets(AF_VSOCK, SOCK_STREAM));
  say("raw-sockets", sockets(AF_PACKET, SOCK_RAW) || sockets(AF_INET, SOCK_RAW) || sockets(AF_ALG, SOCK_SEQPACKET));
  say("kernel-log", opens("/dev/kmsg", O_RDONLY) || klogctl(3, space, sizeof space) > 0);
  say("dev-mem", opens("/dev/mem", O_RDONLY) || opens("/dev/port", O_RDONLY));
  say("mknod", nodes());
  say("devices", devices());
  say("disks", disks());
  say("setuid-root", apart(root));
  say("capabilities", capable());
  say("new-privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1);
  say("processes", forks());
  say("memory", allocates());
  say("tmp-size", fills("/tmp/large", number("MOST_TEMPORARY") + (16L << 20)));
  say("shm-size", fills("/dev/shm/large", number("MOST_TEMPORARY") + (16L << 20)));
  say("file-size", apart(grows));
  say("tty", types());
  say("keyring", looked(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, -3, 1)) || looked(syscall(SYS_add_key, "user", "probe", "x", 1, -3)));
  say("bpf", looked(syscall(SYS_bpf, 0, space, 48)));
  say("perf", perf());
  say("io-uring", looked(syscall(SYS_io_uring_setup, 1, space)));
  say("userfaultfd", looked(syscall(SYS_userfaultfd, 1)));
  say("file-handles", handles());
  say("modules", looked(syscall(SYS_init_module, NULL, 0, "")) || looked(syscall(SYS_delete_module, "probe", 0)));
  say("kexec", looked(syscall(SYS_kexec_load, 0, 0, NULL, 0)));
  say("reboot", looked(syscall(SYS_reboot, 0, 0, 0, NULL)));
  say("swap", looked(swapoff("/nowhere")));
  say("accounting", looked(acct("/nowhere")));
  say("clock", clock_is_set());
  say("hostname", sethostname("probe", 5) == 0);
  say("ports", iopl(3) == 0 || ioperm(0x80, 1, 1) == 0);
  say("i386-calls", apart(i386));
  say("x32-calls", syscall(0x40000000 + SYS_getpid) > 0);
  say("personality", apart(odd));
  say("environment", getenv("HOST_ENVIRONMENT") != NULL);
  say("priority", apart(hurries));
  say("rlimits", apart(raises));
  say("oom-score", spares());
  say("hard-links", links());
  return 0;
}
