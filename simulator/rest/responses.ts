/** The status texts of the proxy in front of the cloud. */
const TITLES: Readonly<Record<number, string>> = {
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  524: 'A Timeout Occurred',
};

/**
 * The error page of the nginx in front of the cloud (docs/zaptec-api.md, "Login failures" and "Error bodies"). guess:
 * 429 has one too.
 */
export function nginxPage(status: number, headers: Record<string, string> = {}): Response {
  const title = `${status} ${TITLES[status] ?? 'Error'}`;
  const html = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx/1.29.0</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n');
  return new Response(html, { status, headers: { 'Content-Type': 'text/html', ...headers } });
}

/** An application error of Zaptec: HTTP 500 with a code. */
export function zaptecError(code: number, details: string | null): Response {
  return Response.json({ Code: code, Details: details, StackTrace: null }, { status: 500 });
}

export const emptyResponse = (status: number): Response => new Response(null, { status });
