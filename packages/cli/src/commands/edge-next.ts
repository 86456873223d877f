/** What Lambda takes, made of the function that was built. */
export const zipName = 'sluice.zip';

/** What to do with an edge that was built. */
export function nextStep(
  target: 'cloudfront' | 'lambda' | 'nginx' | 'node',
  out: string,
  keys: string | undefined,
): string {
  switch (target) {
    case 'cloudfront':
      return `Next: make two functions of runtime cloudfront-js-2.0 from it, both with your key-value store, and publish them:
  aws cloudfront create-function --name sluice-request --function-code fileb://${out}/viewer-request.js \\
    --function-config '{"Comment":"sluice","Runtime":"cloudfront-js-2.0","KeyValueStoreAssociations":{"Quantity":1,"Items":[{"KeyValueStoreARN":"arn:aws:cloudfront::…"}]}}'
  aws cloudfront create-function --name sluice-response --function-code fileb://${out}/viewer-response.js \\
    --function-config '{"Comment":"sluice","Runtime":"cloudfront-js-2.0","KeyValueStoreAssociations":{"Quantity":1,"Items":[{"KeyValueStoreARN":"arn:aws:cloudfront::…"}]}}'
  aws cloudfront publish-function --name <each> --if-match <the ETag that its line gave>
Then associate them with viewer-request and viewer-response of the distribution's behaviours, in one change. Of functions
that are associated already publish sluice-response first, and take sluice-request back first: files of previews are kept
from strangers by sluice-response alone, and \`sluice doctor\` asks whether they are. Let the cache key be the path alone:
no cookie, no query, and x-sluice-app only where an app has the brief's layout.`;
    case 'lambda':
      return `Next: make a function in us-east-1 from it and publish a version, because CloudFront takes numbered ones only:
  (umask 077; zip -j ${out}/${zipName} ${out}/index.js)
  aws lambda create-function --region us-east-1 --function-name sluice --runtime nodejs20.x --handler index.handler \\
    --zip-file fileb://${out}/${zipName} --role <role that lambda and edgelambda may assume> --publish
Then associate that version with viewer-request and with viewer-response of the distribution's behaviours.
${keys === undefined ? 'It has no keys: it signs nobody and opens no links. Name a file by --keys.' : secret(keys)}`;
    case 'nginx':
      return `Next: nginx -p ${out} -c nginx.conf -t && nginx -p ${out} -c nginx.conf
nginx's workers must be allowed to read the store (and to write ${out}/run): where root starts nginx, say so in
nginx.conf by \`user\`. Stop it with: nginx -p ${out} -c nginx.conf -s stop
${keys === undefined ? 'It has no keys: it signs nobody and opens no links. Name a file by --keys.' : readable(keys)}`;
    case 'node':
      return `Next: node ${out}/edge.mjs
It reads the store's folder${keys === undefined ? '' : `, and the keys in ${keys}`},
and needs nothing else but Node 20.19 or newer.`;
  }
}

function readable(keys: string): string {
  return `It signs visitors and opens links by the keys in ${keys}, which \`sluice keys\` makes. Where
they are of another user than the workers, give them to the workers' group, and to nobody else:
  chgrp <group> ${keys} && chmod 640 ${keys}`;
}

function secret(keys: string): string {
  return `WARNING: index.js, and so the zip and the function, hold the keys of ${keys}:
whoever can read one of them, also by lambda:GetFunction, can sign. After \`sluice keys rotate\` build and deploy again; until
then the function signs by the key before, which verifies for two rotations.`;
}
