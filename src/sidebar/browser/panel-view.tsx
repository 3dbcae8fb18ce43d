import { ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import { toProblem } from '../../common/contract/problem.js';
import { AccountMenu } from './account-menu.js';
import { ConnectionLine } from './connection-line.js';
import { ConfigurationProblems, NotConfiguredView } from './not-configured-view.js';
import { SectionView } from './section-view.js';
import type { Sections } from './sections.js';
import { SignedOutView } from './signed-out-view.js';
import { TokenTrouble } from './token-trouble.js';
import type { ILake } from './tokens.js';
import { useCredentialNotice } from './use-credential-notice.js';
import { standingOf, useSession } from './use-session.js';

interface IPanelViewProps {
  lake: ILake;
  sections: Sections;
}

/** The panel: who is signed in, then the sections. */
export function PanelView({ lake, sections }: IPanelViewProps) {
  const trans = useTrans();
  const session = useSession(lake);
  const signIn = session.data?.signIns[0];
  useCredentialNotice(signIn);
  const standing = standingOf(signIn);
  const configured = signIn !== undefined && standing !== 'not-configured';
  return (
    <div className="jp-DataLakePanel">
      <div className="jp-DataLakePanel-header">
        <h2 className="jp-DataLakePanel-title">{trans.__('Data Lake')}</h2>
        {configured && <AccountMenu lake={lake} signIn={signIn} />}
      </div>
      <ConnectionLine events={lake.events} />
      <Obstacle lake={lake} session={session} />
      {(configured || session.isError) && (
        <SectionList
          sections={sections}
          lakeAnswers={standing === 'signed-in' && session.data !== undefined}
        />
      )}
    </div>
  );
}

interface IObstacleProps {
  lake: ILake;
  session: ReturnType<typeof useSession>;
}

/** What keeps people from the lake, if anything does. */
function Obstacle({ lake, session }: IObstacleProps) {
  const trans = useTrans();
  const retry = () => void session.refetch();
  if (session.data === undefined) {
    return session.isError ? (
      <ProblemView problem={toProblem(session.error)} onRetry={retry} />
    ) : (
      <Skeleton rows={8} />
    );
  }
  const { signIns, configurationProblems: problems } = session.data;
  const [signIn] = signIns;
  const standing = standingOf(signIn);
  if (standing === 'not-configured') {
    return <NotConfiguredView problems={problems} onRetry={retry} />;
  }
  return (
    <>
      {problems.length > 0 && (
        <details className="jp-DataLakeConfiguration-line">
          <summary>
            {trans._n(
              '%1 mistake in the configuration',
              '%1 mistakes in the configuration',
              problems.length
            )}
          </summary>
          <ConfigurationProblems problems={problems} />
        </details>
      )}
      {standing === 'signed-in' ? (
        <TokenTrouble lake={lake} instance={signIn.instance} />
      ) : (
        <SignedOutView lake={lake} signIn={signIn} standing={standing} />
      )}
    </>
  );
}

interface ISectionListProps {
  sections: Sections;
  lakeAnswers: boolean;
}

function SectionList({ sections, lakeAnswers }: ISectionListProps) {
  useModel(sections);
  return (
    <div className="jp-DataLakePanel-sections">
      {sections.all
        .filter(({ needsLake }) => lakeAnswers || needsLake !== true)
        .map(section => (
          <SectionView
            key={section.id}
            section={section}
            folded={sections.isFolded(section.id)}
            onFold={folded => sections.fold(section.id, folded)}
          />
        ))}
    </div>
  );
}
