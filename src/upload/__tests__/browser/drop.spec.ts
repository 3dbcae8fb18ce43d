import { MimeData } from '@lumino/coreutils';
import { acceptFiles, CONTENTS_MIME } from '../../browser/drop.js';

const panel = document.createElement('div');
const tab = document.createElement('div');
const elsewhere = document.createElement('div');
document.body.append(panel, tab, elsewhere);
const opened = jest.fn();
const taken = jest.fn();
acceptFiles({ panel, isTab: element => element === tab, open: opened, take: taken });

afterEach(() => jest.clearAllMocks());

function drag(type: string, target: Element, mime = CONTENTS_MIME) {
  const mimeData = new MimeData();
  mimeData.setData(mime, ['plots', 'a.csv']);
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), {
    mimeData,
    proposedAction: 'move',
    dropAction: 'none'
  });
  target.dispatchEvent(event);
  return event;
}

it('takes files that are dropped on the panel', () => {
  expect(drag('lm-dragenter', panel).defaultPrevented).toBe(true);
  expect(panel).toHaveClass('jp-mod-datalake-drop');
  expect(drag('lm-dragover', panel).dropAction).toBe('move');
  drag('lm-drop', panel);
  expect(taken.mock.calls).toEqual([[['plots', 'a.csv']]]);
  expect(panel).not.toHaveClass('jp-mod-datalake-drop');
  expect(opened).not.toHaveBeenCalled();
});

it('opens the panel when files are held over its tab', () => {
  drag('lm-dragenter', tab);
  expect(opened).toHaveBeenCalledTimes(1);
  drag('lm-dragleave', tab);
  expect(panel).not.toHaveClass('jp-mod-datalake-drop');
  expect(taken).not.toHaveBeenCalled();
});

it('leaves alone what is dragged elsewhere, and what is no file', () => {
  expect(drag('lm-drop', elsewhere).defaultPrevented).toBe(false);
  expect(drag('lm-drop', panel, 'text/plain').defaultPrevented).toBe(false);
  expect(taken).not.toHaveBeenCalled();
});
