import { useRead } from '@/api/queries';
import { namedIn } from '@/words';

/** The brand's levels, and what the one of a rank is called. */
export function useLevels() {
  const levels = useRead('/console/v1/member-levels');
  return {
    ...levels,
    name: (rank: number) => namedIn(levels.body.value?.items.find((l) => l.rank === rank)?.name) || String(rank),
  };
}
