import { settingsIcon } from '@jupyterlab/ui-components';
import { EmptyView } from '../../common/browser/empty-view.js';
import { useTrans } from '../../common/browser/trans.js';
import type { ConfigurationProblem } from '../../token-renewal/contract.js';

/** The least that an administrator writes. Names of options are not translated. */
const EXAMPLE = `c.DataLake.rucio_url = "https://rucio.example.org"
c.DataLake.account = "alice"
c.DataLake.auth_type = "userpass"
c.DataLake.username = "alice"
c.DataLake.password_file = "/home/alice/.rucio-password"
c.DataLake.mounts = [
    {"rse": "MYSITE_DISK", "path": "/data/rucio"}
]`;

interface IProblemListProps {
  problems: readonly ConfigurationProblem[];
}

/** Configuration problems under the names by which they are found in the configuration. */
export function ConfigurationProblems({ problems }: IProblemListProps) {
  return (
    <dl className="jp-DataLakeConfiguration-problems">
      {problems.map(({ name, message }) => (
        <div key={`${name} ${message}`}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>{message}</dd>
        </div>
      ))}
    </dl>
  );
}

interface INotConfiguredViewProps {
  problems: readonly ConfigurationProblem[];
  onRetry: () => void;
}

/** Nobody has said which Rucio: says what to write and where. */
export function NotConfiguredView({ problems, onRetry }: INotConfiguredViewProps) {
  const trans = useTrans();
  return (
    <div className="jp-DataLakeConfiguration">
      <EmptyView icon={settingsIcon} title={trans.__('No data lake is configured yet.')}>
        <p>
          {trans.__(
            'An existing rucio.cfg is enough. Without one, write this into jupyter_server_config.py and start Jupyter again:'
          )}
        </p>
      </EmptyView>
      <pre className="jp-DataLakeConfiguration-example">{EXAMPLE}</pre>
      {problems.length > 0 && (
        <>
          <h4 className="jp-DataLakeConfiguration-title">{trans.__('What was found')}</h4>
          <ConfigurationProblems problems={problems} />
        </>
      )}
      <div className="jp-DataLakeConfiguration-actions">
        <button type="button" className="jp-DataLakeButton" onClick={onRetry}>
          {trans.__('Look again')}
        </button>
      </div>
    </div>
  );
}
