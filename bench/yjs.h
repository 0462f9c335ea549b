/* Just enough of Yjs to be a busy client of y-websocket and Hocuspocus.
 *
 * An edit is one new value under one key of a shared map "m", as Yjs encodes it (update format 1):
 * each writer owns a key, and each value follows the one before it. The server integrates it into its
 * document and passes it on, exactly as for a real client; nobody here keeps a document.
 */
#ifndef BENCH_YJS_H
#define BENCH_YJS_H

#include "websocket.h"

enum { YJS_SYNC = 0, YJS_SYNC_STEP_1 = 0, YJS_SYNC_UPDATE = 2, HOCUSPOCUS_AUTH = 2, HOCUSPOCUS_TOKEN = 0 };
enum { CONTENT_ANY = 8, HAS_KEY = 0x20, HAS_ORIGIN = 0x80, ANY_STRING = 119 };

static void add_uint(buffer *b, uint64_t value) {
    uint8_t bytes[10];
    size_t n = 0;
    for (; value > 127; value >>= 7) bytes[n++] = 0x80 | (value & 127);
    bytes[n++] = value;
    buffer_add(b, bytes, n);
}

static void add_byte(buffer *b, uint8_t value) { buffer_add(b, &value, 1); }

static void add_bytes(buffer *b, const void *bytes, size_t length) {
    add_uint(b, length);
    buffer_add(b, bytes, length);
}

static void add_string(buffer *b, const char *text) { add_bytes(b, text, strlen(text)); }

/* The `clock`-th value of this client's own key. */
static void yjs_update(buffer *out, uint32_t client, uint32_t clock, const char *value) {
    char key[16];
    snprintf(key, sizeof key, "k%u", client);
    add_uint(out, 1); /* one client */
    add_uint(out, 1); /* one struct */
    add_uint(out, client);
    add_uint(out, clock);
    if (clock == 0) {
        add_byte(out, CONTENT_ANY | HAS_KEY);
        add_uint(out, 1); /* the parent is a top-level type, by name */
        add_string(out, "m");
        add_string(out, key);
    } else {
        add_byte(out, CONTENT_ANY | HAS_KEY | HAS_ORIGIN);
        add_uint(out, client);
        add_uint(out, clock - 1);
    }
    add_uint(out, 1); /* one value */
    add_byte(out, ANY_STRING);
    add_string(out, value);
    add_uint(out, 0); /* nothing deleted */
}

/* A y-websocket message; Hocuspocus puts the name of the document in front. */
static void yjs_edit(buffer *out, const char *document, uint32_t client, uint32_t clock, const char *value) {
    static buffer update;
    update.start = update.end = 0;
    yjs_update(&update, client, clock, value);
    if (document != NULL) add_string(out, document);
    add_uint(out, YJS_SYNC);
    add_uint(out, YJS_SYNC_UPDATE);
    add_bytes(out, update.data, update.end);
}

/* "Send me what I do not have", from a client that has nothing. */
static void yjs_ask(buffer *out, const char *document) {
    static const uint8_t nothing[] = {0};
    if (document != NULL) add_string(out, document);
    add_uint(out, YJS_SYNC);
    add_uint(out, YJS_SYNC_STEP_1);
    add_bytes(out, nothing, sizeof nothing);
}

static void hocuspocus_token(buffer *out, const char *document) {
    add_string(out, document);
    add_uint(out, HOCUSPOCUS_AUTH);
    add_uint(out, HOCUSPOCUS_TOKEN);
    add_string(out, "bench");
}

#endif
