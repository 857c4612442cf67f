import type { TestService } from '../support/service.js';

const TITLES = 25;

/** Something of everything, so that requests find what they ask for. */
export async function fillWithData(service: TestService): Promise<void> {
  const make = async (route: string, json: object, as = 'administrator') => {
    const answer = await service.request('POST', route, { as, json });
    if (answer.status >= 300) throw new Error(`${route} answered ${answer.text}`);
    return answer.json;
  };
  for (const id of ['north', 'south']) {
    await make('/v1/tenants', { id });
    const user = await make('/v1/users', { name: id, tenant: id, roles: ['rights-holder', 'analyst'] });
    await make(`/v1/users/${user.id}/keys`, { name: 'reader', scopes: ['read'] });
    const catalogue = `${id}-films`;
    await make('/v1/catalogues', { name: catalogue, tenant: id });
    for (let n = 0; n < TITLES; n++)
      await make('/v1/assets', {
        catalogue,
        id: `title-${n}`,
        title: `Title ${n} of the ${id}`,
        titles: { de: `Titel ${n}` },
        territories: ['CH', 'US-CA'],
        excluded: [{ start: n, end: n + 2.5 }],
        policy: n % 3 === 0 ? 'record' : 'alert',
      });
    await make('/v1/licences', { catalogue, host: '*.example.org' });
    await make('/v1/alerts/rules', { name: 'all of it', catalogue });
  }
}
