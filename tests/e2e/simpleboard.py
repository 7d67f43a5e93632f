#!/usr/bin/env python3
"""A board at the far end of a cable: it has a prompt, says what it is asked to, and notes what it was sent.

Words it knows: `say TEXT` (Python's escapes), `die` (the cable is unplugged: LINK goes). Usage: simpleboard.py LINK NOTES
"""
import codecs
import os
import sys

link = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
line = b""
os.write(link, b"stale words\r\n=> ")
notes = open(sys.argv[2], "wb", buffering=0)  # which shows that it is at work
while True:
    data = os.read(link, 4096)
    if not data:
        break
    notes.write(data)
    for byte in data:
        os.write(link, b"\r\n" if byte in b"\r\n" else bytes([byte]))  # the echo
        if byte not in b"\r\n":
            line += bytes([byte])
            continue
        word, _, rest = line.partition(b" ")
        line = b""
        if word == b"say":
            os.write(link, codecs.escape_decode(rest)[0] + b"\r\n")
        os.write(link, b"=> ")
