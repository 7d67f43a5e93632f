#!/usr/bin/env python3
"""A power switch with an HTTP API, and with every fault that one can have.

Usage: powerswitch.py FOLDER [--tls CERT KEY] [--basic USER:WORD | --digest USER:WORD | --bearer WORD] [--query WORD]

FOLDER/port is its port, once it listens; FOLDER/state what it switches; FOLDER/log a line for every request that it took;
FOLDER/mode the fault of the moment, read anew for every request:
  ok, lies (says what it is told and does nothing), hangs, error (500), half (of a body), halfhead, silent (no answer at
  all), redirects, garbage (no JSON), strange (neither on nor off), late (obeys after the third question), long
"""
import hashlib
import http.server
import json
import os
import re
import ssl
import sys
import time

folder = sys.argv[1]
options = {}
arguments = sys.argv[2:]
while arguments:
    name = arguments.pop(0)
    options[name] = [arguments.pop(0) for _ in range(2 if name == "--tls" else 1)]


def read(name, default=""):
    try:
        with open(os.path.join(folder, name)) as f:
            return f.read().strip()
    except FileNotFoundError:
        return default


def write(name, text):
    path = os.path.join(folder, name)
    with open(path + ".new", "w") as f:
        f.write(text + "\n")
    os.rename(path + ".new", path)


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def digest_is_right(header, method):
    user, word = options["--digest"][0].split(":")
    said = dict((k, a or b) for k, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', header))
    first = md5(f"{user}:switch:{word}")
    second = md5(f"{method}:{said.get('uri')}")
    middle = ":".join(said.get(k, "") for k in ("nonce", "nc", "cnonce", "qop"))
    return header.startswith("Digest ") and said.get("response") == md5(f"{first}:{middle}:{second}")


class Switch(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = 0

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=(), length=None):
        data = body.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def may(self):
        header = self.headers.get("Authorization", "")
        if "--basic" in options:
            import base64
            return header == "Basic " + base64.b64encode(options["--basic"][0].encode()).decode()
        if "--bearer" in options:
            return header == "Bearer " + options["--bearer"][0]
        if "--digest" in options:
            return digest_is_right(header, self.command)
        if "--query" in options:
            return "word=" + options["--query"][0] in self.path
        return True

    def refuse(self):
        challenge = 'Digest realm="switch", nonce="abc123", qop="auth"' if "--digest" in options else 'Basic realm="switch"'
        self.answer(401, "who is " + self.path, [("WWW-Authenticate", challenge)])

    def fault(self, mode):
        """True: the request has had all that it gets."""
        if mode == "hangs":
            time.sleep(30)
        elif mode == "error":
            self.answer(500, "relay driver crashed")
        elif mode == "half":
            self.answer(200, '{"output"', length=100)
            self.close_connection = True
        elif mode == "halfhead":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
            self.close_connection = True
        elif mode == "silent":
            self.close_connection = True
        elif mode == "redirects":
            self.answer(302, "", [("Location", "http://127.0.0.1:1/elsewhere?word=hidden")])
        elif mode == "long":
            self.answer(200, "x" * 1000000)
        else:
            return False
        return True

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with open(os.path.join(folder, "log"), "a") as f:
            f.write(f"{self.command} {self.path} {body} {self.headers.get('X-Lab', '')}\n")
        if not self.may():
            return self.refuse()
        mode = read("mode", "ok")
        if self.fault(mode):
            return None
        want = "on" if "turn=on" in self.path + body else "off" if "turn=off" in self.path + body else None
        if want:
            Switch.asked = 0
        else:
            Switch.asked += 1
        if want and mode == "late":
            write("next", want)
        elif want and mode != "lies":
            write("state", want)
        if mode == "late" and Switch.asked == 3:
            write("state", read("next"))
        if mode == "garbage":
            return self.answer(200, "<html>login</html>")
        state = "unavailable" if mode == "strange" else read("state", "off")
        output = {"on": True, "off": False}.get(state, state)
        return self.answer(200, json.dumps({"output": output, "relays": [{"is on": state}]}))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Switch)
if "--tls" in options:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options["--tls"])
    # The handshake happens in the thread of the request.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
write("port", str(server.server_address[1]))
server.serve_forever()
