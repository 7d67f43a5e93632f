#!/usr/bin/env python3
"""A web server that keeps what is posted to it: webhook.py FOLDER

FOLDER/port is where it listens. The bodies go to FOLDER/1, FOLDER/2, ...; with a file FOLDER/status it answers with that status
and keeps nothing, but counts: a line per request in FOLDER/refused.
"""
import http.server
import os
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(exist_ok=True)


class Hook(http.server.BaseHTTPRequestHandler):
    kept = 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = int((folder / "status").read_text()) if (folder / "status").exists() else 200
        if status == 200:
            Hook.kept += 1
            (folder / "part").write_bytes(body)
            os.rename(folder / "part", folder / str(Hook.kept))
        else:
            with open(folder / "refused", "a", encoding="utf-8") as refused:
                refused.write(self.path + "\n")
        self.send_response(status)
        self.end_headers()
        # what it was asked for comes back, as some servers do
        self.wfile.write(b"ok" if status == 200 else f"no such channel: {self.path}".encode())

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
(folder / "port.part").write_text(str(server.server_port))
os.rename(folder / "port.part", folder / "port")
server.serve_forever()
