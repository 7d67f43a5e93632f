"""Asks a dashboard, as a browser or a program would."""
import http.client
import json
import re
import ssl
import sys
from urllib.parse import urlsplit


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body
        self.text = body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


class Dashboard:
    """At the address that `runtest serve` printed."""

    def __init__(self, url):
        self.url = urlsplit(url)

    def connect(self):
        if self.url.scheme == "http":
            return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        trust_all = ssl._create_unverified_context()  # the certificate is the test's own
        return http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=60, context=trust_all)

    def ask(self, target, method="GET", body=None, **headers):
        """Headers as keywords: sec_fetch_site="x" is Sec-Fetch-Site: x. Host=None leaves it out."""
        connection = self.connect()
        host = headers.pop("host", self.url.netloc)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        if host is not None:
            connection.putheader("Host", host)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        answer = Answer(response, response.read())
        connection.close()
        return answer

    def get(self, target, want=200, **headers):
        answer = self.ask(target, **headers)
        assert answer.status == want, (target, answer.status, answer.text[:500])
        return answer


def events(stream):
    """Server-sent events from a file: (event, data, id)."""
    event, data, at = "", [], None
    for line in stream:
        line = line.decode().rstrip("\n")
        if not line:
            if data:
                yield event, "\n".join(data), at
            event, data = "", []
        elif line.startswith("data: "):
            data.append(line[6:])
        elif line.startswith("event: "):
            event = line[7:]
        elif line.startswith("id: "):
            at = line[4:]


def hardened(answer):
    """Every reply has what keeps browsers from misusing it."""
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and ("frame-ancestors 'none'" in policy or "sandbox" in policy), policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff", answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY", answer.headers
    assert answer.headers["Cache-Control"] == "no-store", answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers, answer.headers
    return answer


def no_inline(page):
    """No script and no style stands in the page itself, and nothing comes from elsewhere."""
    assert not re.search(r"<script(?![^>]*\bsrc=\"/assets/)", page), page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), page
    assert not re.search(r"(src|href)=\"(?:https?:)?//", page), page


if __name__ == "__main__":
    sys.exit("a module for tests/e2e/serve_test.sh")
