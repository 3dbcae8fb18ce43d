import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { exactBytes, formatBytes } from '../../../common/browser/bytes.js';
import { formatCount } from '../../../common/browser/counts.js';
import { EmptyView } from '../../../common/browser/empty-view.js';
import { ProblemView } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import { FATES, type PlannedFile } from '../../contract.js';
import { FATE_ICONS, fateSentence, fateWord } from '../fates.js';
import type { Fate, IPlanView } from '../plan-reader.js';

const ROW_HEIGHT = 40;
/** With a reason of two lines. */
const TROUBLED_HEIGHT = 56;
const OVERSCAN = 8;

interface IPlanPreviewProps {
  view: IPlanView;
  /** The form has changed since. */
  isOld: boolean;
  onRetry: () => void;
}

/** Each DID that would result, with what becomes of it. */
export function PlanPreview({ view, isOld, onRetry }: IPlanPreviewProps) {
  const trans = useTrans();
  const [only, setOnly] = useState<Fate | null>(null);
  const wanted = only !== null && view.counts[only] === 0 ? null : only;
  const files = wanted === null ? view.files : view.files.filter(({ fate }) => fate === wanted);
  return (
    <section
      className={`jp-DataLakePlanned${isOld ? ' jp-mod-old' : ''}`}
      aria-label={trans.__('What will be in the data lake')}
      aria-busy={isOld || view.end === null}
    >
      {view.files.length > 0 && <Filter view={view} only={wanted} onOnly={setOnly} />}
      {view.problem !== null && !isOld && <ProblemView problem={view.problem} onRetry={onRetry} />}
      {view.files.length === 0 && view.end === null && view.problem === null && (
        <Skeleton rows={6} />
      )}
      {view.end !== null && view.files.length === 0 && (
        <EmptyView title={trans.__('There is no file to upload.')}>
          {trans.__('Hidden files and links out of the folder are left out.')}
        </EmptyView>
      )}
      {files.length > 0 && <PlannedFiles files={files} />}
    </section>
  );
}

interface IFilterProps {
  view: IPlanView;
  only: Fate | null;
  onOnly: (fate: Fate | null) => void;
}

/** How many there are of each fate; a press shows those alone. */
function Filter({ view, only, onOnly }: IFilterProps) {
  const trans = useTrans();
  const parts: [Fate | null, string, number][] = [
    [null, trans.__('all'), view.files.length],
    ...FATES.map((fate): [Fate, string, number] => [fate, fateWord(fate, trans), view.counts[fate]])
  ];
  return (
    <div className="jp-DataLakePlanned-filter" role="group" aria-label={trans.__('Show')}>
      {parts
        .filter(([fate, , count]) => fate === null || count > 0)
        .map(([fate, word, count]) => (
          <button
            key={word}
            type="button"
            className="jp-DataLakePlanned-fate"
            aria-pressed={fate === only}
            onClick={() => onOnly(fate)}
          >
            {formatCount(count)} {word}
          </button>
        ))}
    </div>
  );
}

function PlannedFiles({ files }: { files: readonly PlannedFile[] }) {
  const trans = useTrans();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => (files[index].problem === null ? ROW_HEIGHT : TROUBLED_HEIGHT),
    getItemKey: index => `${index} ${files[index].path}`,
    overscan: OVERSCAN
  });
  return (
    <div
      ref={scroller}
      className="jp-DataLakePlanned-scroller"
      role="list"
      aria-label={trans.__('Files')}
      tabIndex={0}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start, size }) => (
          <Planned
            key={index}
            file={files[index]}
            top={start}
            height={size}
            position={index + 1}
            setSize={files.length}
          />
        ))}
      </div>
    </div>
  );
}

interface IPlannedProps {
  file: PlannedFile;
  top: number;
  height: number;
  position: number;
  setSize: number;
}

function Planned({ file, top, height, position, setSize }: IPlannedProps) {
  const trans = useTrans();
  const { path, did, bytes, fate } = file;
  const Icon = FATE_ICONS[fate];
  const sentence = fateSentence(file, trans);
  const isBad = fate === 'other' || fate === 'refused';
  const kind = isBad ? 'bad' : fate === 'new' ? 'moving' : fate === 'same' ? 'done' : 'quiet';
  return (
    <div
      role="listitem"
      aria-posinset={position}
      aria-setsize={setSize}
      className={`jp-DataLakePlanned-file jp-mod-${fate}${file.problem === null ? '' : ' jp-mod-troubled'}`}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <Icon.react
        tag="span"
        className={`jp-DataLakeUploadIcon jp-mod-${kind}`}
        width="16px"
        height="16px"
        aria-hidden="true"
      />
      <span className="jp-DataLakePlanned-did" title={did ?? path}>
        {did ?? path}
      </span>
      <span className="jp-DataLakePlanned-word" title={sentence}>
        {fateWord(fate, trans)}
      </span>
      <span className="jp-DataLakePlanned-bytes" title={exactBytes(bytes)}>
        {formatBytes(bytes)}
      </span>
      <span className="jp-DataLakePlanned-says" title={file.problem !== null ? sentence : path}>
        {file.problem !== null ? sentence : path}
      </span>
    </div>
  );
}
