#!/usr/bin/env python3
"""Kills an audit of the demonstration group at random moments and goes on with it, again and again.

Holds after every audit that was brought to its end: the findings are those of an undisturbed audit, and the servers were asked
nothing twice, but for what was in flight when a process was killed (what is answered and not yet written counts as in flight, and
a request has its redirects and the HEAD before its GET with it).

    python3 benches/kill_and_resume.py --xuncha target/release/xuncha --kills 100

Python alone, loopback alone. Between the audit and the demonstration sites stands a server that writes down every request.
"""

import argparse
import collections
import http.client
import http.server
import json
import pathlib
import random
import signal
import socketserver
import subprocess
import tempfile
import threading
import time

NOW = "2026-11-24T09:00:00+08:00"
CONCURRENCY = 16


class Log(http.server.BaseHTTPRequestHandler):
    """Passes every request on to the demonstration sites, and writes it down."""

    protocol_version = "HTTP/1.1"
    behind = None
    hits = []
    # addresses that only lead on: whoever is killed behind one has the whole way in flight
    redirects = set()
    connections = threading.local()

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = f"{self.command} {self.headers['Host']}{self.path} {body.decode('utf-8', 'replace')}"
        Log.hits.append(asked)
        connection = http.client.HTTPConnection(*Log.behind, timeout=20)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "connection":
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            if 300 <= answer.status < 400 and answer.getheader("Location"):
                Log.redirects.add(asked)
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except (OSError, http.client.HTTPException):
            # what the site breaks off is broken off here too, and a killed audit reads no answer
            self.close_connection = True
        finally:
            connection.close()

    do_GET = do_HEAD = do_POST = pass_on

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


def findings(folder):
    """What the newest report says, without times."""
    newest = max(pathlib.Path(folder, "reports").iterdir())
    report = json.loads((newest / "report.json").read_text())
    keys = ("id", "rule", "level", "verdict", "site", "url", "target", "column", "message", "occurrence_count")
    said = {
        "findings": [[finding.get(key) for key in keys] for finding in report["findings"]],
        "sites": [[site["host"], site["verdict"], site["score"], site["pages"]] for site in report["sites"]],
        "columns": [[column["url"], column["state"], column["items"], column["newest"]] for column in report["columns"]],
        "not_covered": [[left["site"], left["reason"], left["count"]] for left in report["run"]["not_covered"]],
        "complete": report["run"]["complete"],
    }
    return said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xuncha", default="target/release/xuncha")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    xuncha = str(pathlib.Path(options.xuncha).resolve())
    dice = random.Random(options.seed)

    demo = subprocess.Popen([xuncha, "demo", "--serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = demo.stdout.readline().split()
        addresses = {word.split("=")[1] for word in line if "=127.0.0.1:" in word}
        (address,) = addresses
        host, port = address.split(":")
        Log.behind = (host, int(port))
        server = Server(("127.0.0.1", 0), Log)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"127.0.0.1:{server.server_address[1]}"
        words = [word.replace(address, here) for word in line[1:]]
        command = [xuncha, *words, "--now", NOW, "--progress", "none", "--fail-on", "never", "--concurrency", str(CONCURRENCY)]

        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            subprocess.run(command, cwd=folder, check=False, capture_output=True)
            lasts = time.monotonic() - began
            expected = findings(folder)
        undisturbed = collections.Counter(Log.hits)
        print(f"undisturbed: {lasts:.1f} s, {sum(undisturbed.values())} requests, {len(expected['findings'])} findings")

        kills = audits = worst = total = 0
        while kills < options.kills:
            Log.hits.clear()
            killed = 0
            with tempfile.TemporaryDirectory() as folder:
                while True:
                    process = subprocess.Popen(
                        [*command, "--resume"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
                    )
                    try:
                        if killed >= 12:
                            process.wait()
                        else:
                            process.wait(timeout=dice.uniform(0.02, lasts * 0.6))
                    except subprocess.TimeoutExpired:
                        process.send_signal(signal.SIGKILL)
                        process.wait()
                        process.stderr.close()
                        killed += 1
                        time.sleep(0.05)
                        continue
                    said = process.stderr.read()
                    process.stderr.close()
                    break
                assert process.returncode in (0, 3), (process.returncode, said)
                got = findings(folder)
            for key, value in expected.items():
                assert got[key] == value, f"{key} differ after {killed} kills: {diff(value, got[key])}"
            counted = collections.Counter(Log.hits)
            again = counted - undisturbed
            # Redirects that were followed, and the HEAD before a GET, belong to the request in flight.
            is_part = lambda asked: asked in Log.redirects or (asked.startswith("HEAD ") and "GET " + asked[5:] in again)
            repeats = sum(count for asked, count in again.items() if not is_part(asked))
            # one page of the group fails only the first time that anybody asks: how often is not compared
            missing = set(undisturbed) - set(counted)
            assert not missing, f"never asked: {missing}"
            assert repeats <= killed * CONCURRENCY, f"{repeats} repeats after {killed} kills: {again}"
            kills += killed
            audits += 1
            total += repeats
            worst = max(worst, repeats / killed if killed else 0)
        print(f"{kills} kills in {audits} audits: every report as the undisturbed one; {total} requests repeated, "
              f"{total / kills:.1f} a kill, at most {worst:.1f} a kill in one audit ({CONCURRENCY} in flight)")
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=10)


def diff(expected, got):
    if not isinstance(expected, list):
        return (expected, got)
    return {"missing": [one for one in expected if one not in got][:5], "new": [one for one in got if one not in expected][:5]}


if __name__ == "__main__":
    main()
