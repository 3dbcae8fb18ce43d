import { useModel } from '../../common/browser/use-signal.js';
import { SectionView } from './section-view.js';
import type { Sections } from './sections.js';

interface IPanelViewProps {
  sections: Sections;
}

/** The panel: who is signed in, then the sections. */
export function PanelView({ sections }: IPanelViewProps) {
  useModel(sections);
  return (
    <div className="jp-DataLakePanel">
      <div className="jp-DataLakePanel-sections">
        {sections.all.map(section => (
          <SectionView
            key={section.id}
            section={section}
            folded={sections.isFolded(section.id)}
            onFold={folded => sections.fold(section.id, folded)}
          />
        ))}
      </div>
    </div>
  );
}
