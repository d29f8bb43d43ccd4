const fs = require('fs'), http = require('http'), os = require('os'), path = require('path');
http.createServer((request, response) => {
  const upload = fs.mkdtempSync(path.join(os.tmpdir(), 'upload-'));
  fs.writeFileSync(path.join(upload, 'part'), 'x'.repeat(200000));
  const cache = path.join(os.homedir(), '.npm', '_cacache');
  fs.mkdirSync(cache, {recursive: true});
  fs.writeFileSync(path.join(cache, 'index'), 'page');
  fs.rmSync(upload, {recursive: true});
  response.end('ok\n');
}).listen(8000, '127.0.0.1');
