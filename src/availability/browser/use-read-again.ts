import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { sessionQuery } from '../../common/browser/session.js';
import { useServices } from './services.js';
import { useInstance } from './use-availability.js';

/** Asks again what could not be asked: these DIDs, or before them which instance is meant. */
export function useReadAgain(given: string | undefined): (dids: readonly string[]) => void {
  const services = useServices();
  const queries = useQueryClient();
  const { instance } = useInstance(services, given);
  const { reader, lake } = services;
  return useCallback(
    dids => {
      if (instance === undefined) {
        void queries.invalidateQueries({ queryKey: sessionQuery(lake.settings).queryKey });
      } else {
        reader.refresh(instance, dids);
      }
    },
    [instance, lake, queries, reader]
  );
}
