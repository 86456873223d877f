/** Where nginx finds files: a store's folder, or an HTTP origin over the same keys, such as an S3-compatible one. */
export type NginxFiles =
  { readonly kind: 'folder'; readonly root: string } | { readonly kind: 'origin'; readonly url: string };

export interface NginxOptions {
  /** `address:port`, as nginx's `listen` takes it. */
  readonly listen: string;
  readonly files: NginxFiles;
  /** Apps whose folder in the store is their name: their versions are served without asking the function. */
  readonly plainApps: readonly string[];
  /** The controller, to which `/api/` is passed on. */
  readonly apiOrigin?: string | undefined;
  /** nginx's JavaScript module. */
  readonly module: string;
}

/** A whole nginx.conf, to be started in its own folder: `nginx -p . -c nginx.conf`. */
export function nginxConfiguration(options: NginxOptions): string {
  const { files } = options;
  return `# Written by \`sluice edge build --target nginx\`: change sluice.config and build again.
load_module ${options.module};
worker_processes auto;
pid run/nginx.pid;
error_log stderr;
events {
  worker_connections 4096;
}
http {
  js_path .;
  js_import sluice from sluice-nginx.js;
  # What the function decides, for add_header below: what is empty is not sent.
  js_var $sluice_cache_control "public, max-age=31536000, immutable";
  js_var $sluice_label;
  js_var $sluice_cookie;
  js_var $sluice_signature;
  js_var $sluice_verified;
${limits}${mediaTypes}${files.kind === 'folder' ? '' : originOf(files.url)}  server {
    listen ${options.listen};
    location / {
      js_content sluice.route;
    }
${apiOf(options.apiOrigin)}${versionsOf(options)}    location ^~ /sluice/files/ {
      internal;
      rewrite ^/sluice/files(/.*)$ ${basePath(files)}$1 break;
      # One path, several versions: a tag of time and size could say "not modified" of another version.
      etag off;
      if_modified_since off;
      add_header Last-Modified "";
      proxy_hide_header ETag;
      proxy_hide_header Last-Modified;
      proxy_hide_header Cache-Control;
      proxy_hide_header Set-Cookie;
      proxy_hide_header Server-Timing;
${sent(files, '1y')}    }
    location ^~ /sluice/pointers/ {
      internal;
      rewrite ^/sluice/pointers(/.*)$ ${basePath(files)}$1 break;
${sent(files, '5s')}    }
  }
}
`;
}

/** Immutable files by their own path: the function would pass them on as they are. */
function versionsOf({ plainApps, files }: NginxOptions): string {
  if (plainApps.length === 0) return '';
  const version = 'v[0-9]+\\.[0-9]+\\.[0-9]+(?:-[0-9A-Za-z.-]+)?|v[0-9a-f]{7,40}';
  return `    # Hidden, or empty in the middle: refused here as the function refuses them.
    merge_slashes off;
    location ~ "/[./]" {
      return 400;
    }
    location ~ "^/(?:${plainApps.join('|')})/(?:${version})/." {
      limit_except GET {
        deny all;
      }
      rewrite ^(/.*)$ ${basePath(files)}$1 break;
${sent(files, '1y')}    }
`;
}

/** Files and the headers that were decided; an origin's for so long from nginx's cache. */
function sent(files: NginxFiles, fresh: string): string {
  const from = files.kind === 'folder' ? folderOf(files.root) : cachedFor(files.url, fresh);
  return `${from}      add_header Cache-Control $sluice_cache_control;
      add_header X-Sluice $sluice_label;
      add_header Set-Cookie $sluice_cookie;
      add_header Set-Cookie $sluice_signature;
      add_header Server-Timing $sluice_verified;
      add_header X-Content-Type-Options nosniff always;
`;
}

function folderOf(root: string): string {
  return `      root "${root}";
      gzip_static on;
      gzip_vary on;
`;
}

function cachedFor(url: string, fresh: string): string {
  return `      proxy_pass ${new URL(url).protocol}//sluice_origin;
      proxy_cache sluice;
      proxy_cache_valid 200 ${fresh};
      add_header X-Cache $upstream_cache_status;
`;
}

/** The origin gets nothing of a visitor, and nothing of its answer changes what is cached, or for how long. */
function originOf(url: string): string {
  const { host, hostname, port, protocol } = new URL(url);
  const server = `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
  return `  upstream sluice_origin {
    server ${server} max_fails=0;
    keepalive 32;
  }
  proxy_cache_path run/cache levels=1:2 keys_zone=sluice:16m max_size=10g inactive=30d use_temp_path=off;
  # The version is in the path, and so in the key.
  proxy_cache_key $uri;
  proxy_cache_valid 403 404 1s;
  proxy_cache_lock on;
  # Down or slow: the last good pointer, and every file that is here.
  proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
  proxy_connect_timeout 2s;
  proxy_read_timeout 10s;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host ${host};
  proxy_pass_request_headers off;
  proxy_pass_request_body off;
  proxy_ssl_server_name on;
  proxy_ssl_name ${hostname};
  proxy_ignore_headers Cache-Control Expires Set-Cookie Vary X-Accel-Expires X-Accel-Redirect X-Accel-Buffering;
  proxy_hide_header Cache-Control;
  proxy_hide_header Set-Cookie;
  gzip on;
  gzip_proxied any;
  gzip_vary on;
  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
`;
}

/** For an origin whose keys lie below a path, as with S3's path style. */
function basePath(files: NginxFiles): string {
  return files.kind === 'folder' ? '' : new URL(files.url).pathname.replace(/\/+$/, '');
}

function apiOf(origin: string | undefined): string {
  const passed = `      proxy_pass ${String(origin)};
      proxy_pass_request_headers on;
      proxy_pass_request_body on;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_cache off;
`;
  const body = origin === undefined ? '      return 503;\n' : passed;
  // Counts of answers come from the edge itself, never through it.
  return `    location = /api/requests {
      return 404;
    }
    location ^~ /api/ {
${body}    }
    location = /api {
${body}    }
`;
}

const limits = `  access_log off;
  server_tokens off;
  # Links lead to a path of the address that was asked for, which a proxy before nginx may have changed.
  absolute_redirect off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000;
  client_max_body_size 64k;
  large_client_header_buffers 4 32k;
  client_body_temp_path run/body;
  proxy_temp_path run/proxy;
  fastcgi_temp_path run/fastcgi;
  uwsgi_temp_path run/uwsgi;
  scgi_temp_path run/scgi;
`;

const mediaTypes = `  default_type application/octet-stream;
  types {
    text/html html htm;
    text/css css;
    text/javascript js mjs;
    application/json json map;
    application/manifest+json webmanifest;
    application/wasm wasm;
    image/svg+xml svg;
    image/png png;
    image/jpeg jpg jpeg;
    image/webp webp;
    image/avif avif;
    image/gif gif;
    image/vnd.microsoft.icon ico;
    font/woff woff;
    font/woff2 woff2;
    text/plain txt;
  }
  charset utf-8;
  charset_types text/css text/javascript text/plain application/json image/svg+xml;
`;
