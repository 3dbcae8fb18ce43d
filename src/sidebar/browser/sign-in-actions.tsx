import { ProblemView } from '../../common/browser/problem-view.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import { toProblem } from '../../common/contract/problem.js';
import type { DeviceSignIn, TokensStatus } from '../../token-renewal/contract.js';
import type { ILake } from './tokens.js';
import { useBrowserSignIn, useLinkSignIn, useTokenActions } from './use-tokens.js';

interface ISignInActionsProps {
  lake: ILake;
  tokens: TokensStatus;
}

/** Signing in at the identity provider: in a window of this browser, or with a code in any other. */
export function SignInActions({ lake, tokens }: ISignInActionsProps) {
  const trans = useTrans();
  const browser = useBrowserSignIn(lake);
  const link = useLinkSignIn(lake);
  const { device, cancelDevice } = useTokenActions(lake);
  const byLink = tokens.source === 'rucio';
  const { instance, issuer, deviceProblem } = tokens;
  const failed = browser.error ?? link.error ?? device.error ?? cancelDevice.error;
  const problem = failed === null ? deviceProblem : toProblem(failed);
  return (
    <>
      {problem !== null && <ProblemView compact problem={problem} />}
      {tokens.device === null ? (
        <div className="jp-DataLakeSignIn">
          <button
            type="button"
            className="jp-DataLakeButton jp-mod-accept"
            disabled={link.isPending}
            onClick={() => (byLink ? link : browser).mutate(instance)}
          >
            {trans.__('Sign in at %1', issuer)}
          </button>
          {!byLink && (
            <button
              type="button"
              className="jp-DataLakeButton"
              disabled={device.isPending}
              onClick={() => device.mutate(instance)}
            >
              {trans.__('Sign in with a code')}
            </button>
          )}
          <p role="status">
            {browser.isSuccess ? trans.__('Go on in the window that has opened.') : ''}
          </p>
        </div>
      ) : (
        <DeviceView device={tokens.device} onCancel={() => cancelDevice.mutate(instance)} />
      )}
    </>
  );
}

interface IDeviceViewProps {
  device: DeviceSignIn;
  onCancel: () => void;
}

function DeviceView({ device, onCancel }: IDeviceViewProps) {
  const trans = useTrans();
  const { url, completeUrl, userCode, expiresAt } = device;
  return (
    <div className="jp-DataLakeSignIn">
      <p>
        {userCode === null
          ? trans.__('Sign in on this page, in any browser:')
          : trans.__(
              'Open this page in any browser, also on your phone, and confirm the code:'
            )}{' '}
        <a href={completeUrl ?? url} target="_blank" rel="noreferrer noopener">
          {url}
        </a>
      </p>
      {userCode !== null && (
        <p className="jp-DataLakeSignIn-code" aria-label={trans.__('Code')}>
          {userCode}
        </p>
      )}
      <p role="status">
        {userCode === null
          ? trans.__('Waiting for you. The link ends')
          : trans.__('Waiting for you. The code ends')}{' '}
        <Time value={expiresAt} />
      </p>
      <button type="button" className="jp-DataLakeButton" onClick={onCancel}>
        {trans.__('Cancel')}
      </button>
    </div>
  );
}
