/*
 * Preloaded into XRootD's servers, which have no option for any of it:
 * - what they bind to all interfaces is bound to the loopback only;
 * - where LAB_PEER_UIDS is set ("0,999"), connections by processes of any other user are dropped. cmsd needs
 *   that: in XRootD 5.5.3 a data server cannot authenticate to its manager (it reads no configuration for it);
 * - where LAB_CA_BUNDLE is set, whom libscitokens trusts is read from there: it knows the system's bundle only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ESTABLISHED 1

int bind(int socket, const struct sockaddr *address, socklen_t length) {
  static int (*next)(int, const struct sockaddr *, socklen_t);
  struct sockaddr_storage copy;
  if (!next) next = dlsym(RTLD_NEXT, "bind");
  if (length > sizeof copy) return next(socket, address, length);
  memcpy(&copy, address, length);
  if (copy.ss_family == AF_INET) {
    struct sockaddr_in *four = (void *)&copy;
    if (four->sin_addr.s_addr == htonl(INADDR_ANY)) four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  } else if (copy.ss_family == AF_INET6) {
    struct sockaddr_in6 *six = (void *)&copy;
    if (IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr)) six->sin6_addr = in6addr_loopback;
  }
  return next(socket, (void *)&copy, length);
}

static int is_listed(const char *uids, unsigned uid) {
  while (*uids) {
    char *end;
    if (strtoul(uids, &end, 10) == uid && end != uids) return 1;
    uids = *end ? end + 1 : end;
  }
  return 0;
}

/* Whether the other end of this IPv4 connection within the machine is a socket of a listed user. */
static int is_allowed(int connection, const char *uids) {
  struct sockaddr_in peer, own;
  socklen_t length = sizeof peer;
  if (getpeername(connection, (void *)&peer, &length)) return 0;
  /* Unix sockets are guarded by the modes of their folders. */
  if (peer.sin_family != AF_INET) return peer.sin_family == AF_UNIX;
  length = sizeof own;
  if (getsockname(connection, (void *)&own, &length)) return 0;
  FILE *table = fopen("/proc/net/tcp", "re");
  if (!table) return 0;
  char line[512];
  int allowed = 0;
  while (fgets(line, sizeof line, table)) {
    unsigned local, remote, local_port, remote_port, state, uid;
    if (sscanf(line, " %*d: %x:%x %x:%x %x %*s %*s %*s %u", &local, &local_port, &remote, &remote_port, &state, &uid) != 6) continue;
    if (local == peer.sin_addr.s_addr && local_port == ntohs(peer.sin_port) && remote == own.sin_addr.s_addr &&
        remote_port == ntohs(own.sin_port)) {
      allowed = state == ESTABLISHED && is_listed(uids, uid);
      break;
    }
  }
  fclose(table);
  return allowed;
}

static int judged(int connection) {
  const char *uids = getenv("LAB_PEER_UIDS");
  if (connection < 0 || !uids || is_allowed(connection, uids)) return connection;
  close(connection);
  errno = ECONNABORTED;
  return -1;
}

static const char *bundle_for(const char *path) {
  const char *own = getenv("LAB_CA_BUNDLE");
  return own && path && !strcmp(path, "/etc/ssl/certs/ca-certificates.crt") ? own : path;
}

FILE *fopen(const char *path, const char *mode) {
  static FILE *(*next)(const char *, const char *);
  if (!next) next = dlsym(RTLD_NEXT, "fopen");
  return next(bundle_for(path), mode);
}

FILE *fopen64(const char *path, const char *mode) {
  static FILE *(*next)(const char *, const char *);
  if (!next) next = dlsym(RTLD_NEXT, "fopen64");
  return next(bundle_for(path), mode);
}

int accept(int socket, struct sockaddr *address, socklen_t *length) {
  static int (*next)(int, struct sockaddr *, socklen_t *);
  if (!next) next = dlsym(RTLD_NEXT, "accept");
  return judged(next(socket, address, length));
}

int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags) {
  static int (*next)(int, struct sockaddr *, socklen_t *, int);
  if (!next) next = dlsym(RTLD_NEXT, "accept4");
  return judged(next(socket, address, length, flags));
}
