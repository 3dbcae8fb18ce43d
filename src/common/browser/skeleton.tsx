import { useTrans } from './trans.js';

const WIDTHS = ['62%', '48%', '71%', '55%', '66%', '43%'];

interface ISkeletonProps {
  rows?: number;
}

/** Grey lines where rows will be: a first load that does not jump when they come. */
export function Skeleton({ rows = 4 }: ISkeletonProps) {
  const trans = useTrans();
  return (
    <div className="jp-DataLakeSkeleton" role="status" aria-label={trans.__('Loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="jp-DataLakeSkeleton-row" aria-hidden="true">
          <span style={{ width: WIDTHS[index % WIDTHS.length] }} />
        </div>
      ))}
    </div>
  );
}
