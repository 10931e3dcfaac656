import { expect } from 'chai';
import { endpointApi, type EndpointApi } from '../../../support/simulator/endpoints';
import { CHARGER, SITE } from '../../../support/simulator/static-world';

const COMMAND = `/api/chargers/${CHARGER}/sendCommand`;
const UPDATE = `/api/installation/${SITE}/update`;
const CHARGER_UPDATE = `/api/chargers/${CHARGER}/update`;
const APM = { Code: 527, Details: 'Cannot update installation when using APM', StackTrace: null };

describe('the endpoints for control:', () => {
  let api: EndpointApi;
  beforeEach(() => (api = endpointApi()));

  describe('an installation update', () => {
    const rows: [string, object, [number, number, number]][] = [
      ['all phases', { availableCurrent: 10 }, [10, 10, 10]],
      ['in the other casing', { AvailableCurrent: 10.5 }, [10.5, 10.5, 10.5]],
      ['each phase', { availableCurrentPhase1: 6, availableCurrentPhase2: 7, availableCurrentPhase3: 0 }, [6, 7, 0]],
      ['a missing phase at its maximum', { availableCurrentPhase1: 6, availableCurrentPhase3: null }, [6, 32, 32]],
      ['no more than the maximum', { availableCurrent: 99 }, [32, 32, 32]],
      ['the old values without a current', { threeToOnePhaseSwitchCurrent: 0 }, [20, 18, 16]],
      ['the old values for null', { availableCurrent: null, minPowerOfflineMode: true }, [20, 18, 16]],
    ];
    for (const [title, body, expected] of rows) {
      it(`sets ${title}: ${JSON.stringify(body)}`, async () => {
        expect((await api.post(UPDATE, body)).status).to.equal(200);
        expect(api.world.site.availableCurrent).to.deep.equal(expected);
      });
    }

    it('returns to no current of its own with -1', async () => {
      const answer = await api.post(`/api/installation/${SITE}/update`, { availableCurrent: -1 });
      expect([answer.status, api.world.done]).to.deep.equal([200, [['unsetAvailableCurrent']]]);
      const { body } = await api.get(`/api/installation/${SITE}`);
      expect(body).not.to.have.property('AvailableCurrent');
      expect((await api.post(`/api/installation/${SITE}/update`, { availableCurrent: -0.5 })).status).to.equal(400);
    });

    it('makes the lowest phase the available current', async () => {
      const { body } = await api.get(`/api/installation/${SITE}`);
      expect(body).to.include({ AvailableCurrent: 16, AvailableCurrentPhase1: 20, AvailableCurrentPhase3: 16 });
    });

    it('restores the maximum without a current under update-resets-current', async () => {
      api.faults.add('update-resets-current');
      await api.post(UPDATE, { threeToOnePhaseSwitchCurrent: 8 });
      expect(api.world.site.availableCurrent).to.deep.equal([32, 32, 32]);
    });

    it('limits the available current when the maximum becomes lower', async () => {
      api.role = 'service';
      await api.post(UPDATE, { maxCurrent: 17 });
      expect(api.world.site).to.deep.include({ maxCurrent: 17, availableCurrent: [17, 17, 16] });
    });

    for (const body of [
      { availableCurrent: '10' },
      { availableCurrent: -2 },
      { availableCurrentPhase2: -0.1 },
      { availableCurrent: 10, availableCurrentPhase1: 10 },
      { threeToOnePhaseSwitchCurrent: 33 },
      { minPowerOfflineMode: 1 },
      { maxCurrent: true },
      [],
      '{',
      '',
    ]) {
      it(`refuses ${JSON.stringify(body)} and changes nothing`, async () => {
        const { status, body: problem } = await api.post(UPDATE, body);
        expect(status).to.equal(400);
        expect(problem).to.include({ title: 'One or more validation errors occurred.', status: 400 });
        expect(Object.keys(problem.errors)).to.have.length(1);
        expect(api.world.site.availableCurrent).to.deep.equal([20, 18, 16]);
      });
    }

    for (const mode of [1, 2] as const) {
      it(`is refused with 527 in mode ${mode}`, async () => {
        api.world.site.availableCurrentMode = mode;
        const { status, body } = await api.post(UPDATE, { availableCurrent: 10 });
        expect([status, body]).to.deep.equal([500, APM]);
      });
    }

    it('is refused with 527 under apm-527', async () => {
      api.faults.add('apm-527');
      expect((await api.post(UPDATE, { availableCurrent: 10 })).body).to.deep.equal(APM);
      expect(api.world.done).to.deep.equal([]);
    });
  });

  describe('a charger update', () => {
    it('accepts every field and answers with a literal null', async () => {
      const body = {
        maxChargeCurrent: 16,
        minChargeCurrent: 6,
        maxChargePhases: 1,
        offlineChargeCurrent: -1,
        offlineChargePhase: 7,
        meterValueInterval: 900,
      };
      const answer = await api.post(CHARGER_UPDATE, { ...body, SomethingElse: 1 });
      expect([answer.status, answer.body]).to.deep.equal([200, null]);
      expect(api.world.charger.settings).to.deep.equal(body);
      await api.post(CHARGER_UPDATE, { MaxChargeCurrent: 8, offlineChargeCurrent: null });
      expect(api.world.done.at(-1)).to.deep.equal(['updateCharger', { maxChargeCurrent: 8 }]);
    });

    for (const body of [
      { maxChargeCurrent: 33 },
      { maxChargeCurrent: '16' },
      { minChargeCurrent: -1 },
      { maxChargePhases: 2 },
      { offlineChargeCurrent: -0.5 },
      { offlineChargePhase: 3 },
      { meterValueInterval: 1.5 },
    ]) {
      it(`refuses ${JSON.stringify(body)}`, async () => {
        const { status, body: problem } = await api.post(CHARGER_UPDATE, body);
        expect([status, Object.keys(problem.errors)]).to.deep.equal([400, Object.keys(body)]);
        expect(api.world.done).to.deep.equal([]);
      });
    }

    it('is forbidden under external-403', async () => {
      api.faults.add('external-403');
      expect((await api.post(CHARGER_UPDATE, { maxChargeCurrent: 6 })).status).to.equal(403);
    });
  });

  describe('a command', () => {
    for (const id of [102, 200, 506, 507, 10001]) {
      it(`with id ${id} takes effect with any body, and answers empty`, async () => {
        for (const body of [undefined, {}, 'nonsense']) {
          const answer = await api.post(`${COMMAND}/${id}`, body);
          expect([answer.status, answer.body]).to.deep.equal([200, undefined]);
        }
        expect(api.world.done.at(-1)).to.deep.equal(['command', CHARGER, id]);
      });
    }

    it('answers why the world refuses it', async () => {
      api.world.refusal = { code: 528, details: 'Charging is not Paused nor Scheduled; Resume command cannot be sent' };
      const { status, body } = await api.post(`${COMMAND}/507`);
      expect(status).to.equal(500);
      expect(body).to.deep.equal({ Code: 528, Details: api.world.refusal.details, StackTrace: null });
    });

    it('with an unknown id is refused', async () => {
      for (const id of [0, 1, 502, 601, 99999]) {
        const { status, body } = await api.post(`${COMMAND}/${id}`);
        expect([status, body.Code], String(id)).to.deep.equal([500, 519]);
      }
      expect((await api.post(`${COMMAND}/stop`)).status).to.equal(400);
      expect(api.world.done).to.deep.equal([]);
    });

    it('with id 10001 takes effect and answers 528 under command-528-acts', async () => {
      api.faults.add('command-528-acts');
      const { status, body } = await api.post(`${COMMAND}/10001`);
      expect([status, body]).to.deep.equal([500, { Code: 528, Details: null, StackTrace: null }]);
      expect(api.world.done).to.deep.equal([['command', CHARGER, 10001]]);
      expect((await api.post(`${COMMAND}/506`)).status).to.equal(200);
    });

    it('does not reach a charger under charger-offline', async () => {
      api.faults.add('charger-offline');
      expect((await api.post(`${COMMAND}/506`)).body.Code).to.equal(520);
      expect(api.world.done).to.deep.equal([]);
    });
  });
});
