import { currentRequestId } from '../common/server/request-id.js';
import { LOG_LEVELS, type ILog, type LogFields, type LogLevel } from '../common/core/log.js';

/** One JSON object a line with the id of the request, as the bridge takes it over into Jupyter's log. */
export function jsonLog(out: NodeJS.WritableStream, lowest: LogLevel): ILog {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(lowest)) {
        const requestId = currentRequestId();
        const of = requestId === undefined ? {} : { requestId };
        out.write(`${JSON.stringify({ ...fields, ...of, level, message })}\n`);
      }
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warning: write('warning'),
    error: write('error')
  };
}
