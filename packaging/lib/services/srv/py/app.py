import http.server, os, tempfile
import pages

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with tempfile.NamedTemporaryFile() as upload:
            upload.write(b"x" * 200_000)
            upload.flush()
            cache = os.path.expanduser("~/.cache/pages")
            os.makedirs(cache, exist_ok=True)
            with open(cache + "/index", "w") as index:
                index.write(pages.text())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok\n")

http.server.HTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
