#!/usr/bin/env python3
"""A board that is served, for a page in a browser: prints where, bare and
through nginx (null: it is not installed), and something to submit, as JSON;
ends when its standard input does."""
import base64
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "e2e"))
from board_lab import Entries, Server  # noqa: E402
from test_serve_hostile import Nginx, have_nginx  # noqa: E402

e = Entries()
with Server(tick=0.05).start() as bare, Server(tick=0.05) as behind:
    nginx = None
    if have_nginx():
        behind.start(listen="unix:" + behind.path("sock"))
        nginx = Nginx(behind)
    try:
        print(json.dumps({
            "boards": ["http://" + bare.where] +
            (["http://127.0.0.1:%d" % nginx.port] if nginx else []),
            "item": base64.b64encode(e.item["setup"]).decode(),
            "policy": e.policy.decode()}), flush=True)
        sys.stdin.read()
    finally:
        if nginx:
            nginx.close()
