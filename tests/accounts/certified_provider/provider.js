// A certified OpenID Connect provider (oidc-provider) that the tests start. Whoever comes to it is
// logged in at once, as whom POST /person said; it writes its address when it can be asked.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const [client_id, client_secret, redirect_uri] = process.argv.slice(2);
let person = {};
let provider;

async function logIn(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: person.sub, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const { acr, amr } = person;
  await provider.interactionFinished(request, response, {
    login: { accountId: person.sub, acr, amr, remember: false },
    consent: { grantId: await grant.save() },
  });
}

const server = createServer(async (request, response) => {
  if (request.url === '/person') {
    person = await json(request);
    response.end();
  } else if (request.url.startsWith('/interaction/')) {
    await logIn(request, response);
  } else {
    provider.callback()(request, response);
  }
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: [{ client_id, client_secret, redirect_uris: [redirect_uri] }],
    claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'], profile: ['given_name'] },
    acrValues: ['loa2', 'loa3'],
    cookies: { keys: ['of these tests alone'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, accountId) => ({ accountId, claims: () => person }),
  });
  console.log(issuer);
});
