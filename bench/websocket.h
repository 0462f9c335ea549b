/* The little of RFC 6455 that a load generator and a fan-out server need.
 *
 * Frames from a client must be masked; the mask 0 is legal and costs nothing. Lengths are written in
 * the shortest form. Fragmented messages are not put together: no peer here sends any.
 */
#ifndef BENCH_WEBSOCKET_H
#define BENCH_WEBSOCKET_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };
enum { WS_HEADER_MOST = 14 };

/* A growing byte string; `start` is how much of it has been used up already. */
typedef struct {
    uint8_t *data;
    size_t start, end, size;
} buffer;

static void *must_have(void *memory) {
    if (memory == NULL) abort();
    return memory;
}

/* Room for `more` bytes behind the end, after moving what is left to the front. */
static void buffer_reserve(buffer *b, size_t more) {
    if (b->start == b->end) b->start = b->end = 0;
    if (b->size - b->end >= more) return;
    memmove(b->data, b->data + b->start, b->end - b->start);
    b->end -= b->start;
    b->start = 0;
    if (b->size - b->end < more) {
        b->size = 2 * b->size > b->end + more ? 2 * b->size : b->end + more;
        b->data = must_have(realloc(b->data, b->size));
    }
}

static void buffer_add(buffer *b, const void *bytes, size_t count) {
    buffer_reserve(b, count);
    memcpy(b->data + b->end, bytes, count);
    b->end += count;
}

/* Writes a frame header; returns its length. `masked` adds a mask of four zero bytes. */
static size_t ws_header(uint8_t *out, int opcode, size_t length, int masked) {
    size_t n = 0;
    uint8_t mask_bit = masked ? 0x80 : 0;
    out[n++] = 0x80 | opcode;
    if (length < 126) {
        out[n++] = mask_bit | length;
    } else if (length < 65536) {
        out[n++] = mask_bit | 126;
        out[n++] = length >> 8;
        out[n++] = length;
    } else {
        out[n++] = mask_bit | 127;
        for (int shift = 56; shift >= 0; shift -= 8) out[n++] = (uint64_t)length >> shift;
    }
    for (int i = 0; masked && i < 4; i++) out[n++] = 0;
    return n;
}

typedef struct {
    int opcode;
    uint8_t *payload;
    size_t length;
    const uint8_t *mask; /* NULL when the sender did not mask */
} frame;

/* Takes one whole frame off the front of the buffer; returns 0 while there is none. */
static int ws_take(buffer *b, frame *f) {
    const uint8_t *p = b->data + b->start;
    size_t have = b->end - b->start, header = 2;
    if (have < 2) return 0;
    uint64_t length = p[1] & 127;
    if (length == 126) {
        if (have < 4) return 0;
        length = (uint64_t)p[2] << 8 | p[3];
        header = 4;
    } else if (length == 127) {
        if (have < 10) return 0;
        length = 0;
        for (int i = 0; i < 8; i++) length = length << 8 | p[2 + i];
        header = 10;
    }
    int masked = p[1] >> 7;
    size_t body = header + (masked ? 4 : 0);
    if (have < body + length) return 0;
    f->opcode = p[0] & 15;
    f->mask = masked ? p + header : NULL;
    f->payload = b->data + b->start + body;
    f->length = length;
    b->start += body + length;
    return 1;
}

#endif
