/* The physical floor: what it costs this machine to hand one message to everybody in a room.
 *
 * One thread, epoll, no parsing of messages, no state, nothing stored: each frame that arrives is
 * unmasked, framed once and sent to every socket of the same room. A room is the path it was asked
 * for. No server that does more can be cheaper per frame; one that sends fewer frames can.
 *
 * Usage: floor PORT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "websocket.h"

enum { SOCKETS_MOST = 8192, ROOMS_MOST = 1024, READ_SIZE = 65536, PATH_MOST = 200 };

typedef struct room {
    char path[PATH_MOST];
    int count, members[SOCKETS_MOST];
} room;

typedef struct {
    buffer in;
    room *room; /* NULL until the handshake is done */
} visitor;

static visitor *visitors[SOCKETS_MOST];
static room *rooms[ROOMS_MOST];

static room *room_at(const char *path) {
    int i = 0;
    while (i < ROOMS_MOST - 1 && rooms[i] != NULL && strcmp(rooms[i]->path, path) != 0) i++;
    if (rooms[i] == NULL) {
        rooms[i] = must_have(calloc(1, sizeof(room)));
        snprintf(rooms[i]->path, PATH_MOST, "%s", path);
    }
    return rooms[i];
}

static void leave(int fd) {
    visitor *v = visitors[fd];
    for (int i = 0; v->room != NULL && i < v->room->count; i++)
        if (v->room->members[i] == fd) v->room->members[i] = v->room->members[--v->room->count];
    close(fd);
    free(v->in.data);
    free(v);
    visitors[fd] = NULL;
}

/* Answers the upgrade. The generator always sends the same key, so the answer is always the same. */
static void shake_hands(int fd, visitor *v) {
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    buffer_add(&v->in, "", 1); /* so that the text ends */
    v->in.end--;
    char *request = (char *)v->in.data + v->in.start, path[PATH_MOST];
    char *end = strstr(request, "\r\n\r\n");
    if (end == NULL || sscanf(request, "GET %199s ", path) != 1) return;
    v->room = room_at(path);
    v->room->members[v->room->count++] = fd;
    send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
    v->in.start += end + 4 - request;
}

static void fan_out(visitor *from, const frame *f) {
    static uint8_t out[READ_SIZE * 2 + WS_HEADER_MOST];
    if (f->length > READ_SIZE * 2) return;
    size_t header = ws_header(out, f->opcode, f->length, 0);
    for (size_t i = 0; i < f->length; i++) out[header + i] = f->payload[i] ^ (f->mask ? f->mask[i & 3] : 0);
    for (int i = 0; i < from->room->count; i++)
        send(from->room->members[i], out, header + f->length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void readable(int fd) {
    visitor *v = visitors[fd];
    buffer_reserve(&v->in, READ_SIZE);
    ssize_t count = recv(fd, v->in.data + v->in.end, READ_SIZE - 1, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return leave(fd);
    v->in.end += count;
    if (v->room == NULL) shake_hands(fd, v);
    frame f;
    while (v->room != NULL && ws_take(&v->in, &f))
        if (f.opcode < WS_CLOSE) fan_out(v, &f);
}

static void welcome(int poller, int listener) {
    int one = 1, fd = accept(listener, NULL, NULL);
    if (fd < 0 || fd >= SOCKETS_MOST) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    visitors[fd] = must_have(calloc(1, sizeof(visitor)));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

int main(int count, char **words) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poller = epoll_create1(0);
    struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(words[1]) : 0), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&here, sizeof here) || listen(listener, 1024)) {
        perror("floor");
        return 1;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[512];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int found = epoll_wait(poller, ready, 512, -1);
        for (int i = 0; i < found; i++) {
            if (ready[i].data.fd == listener) welcome(poller, listener);
            else readable(ready[i].data.fd);
        }
    }
}
