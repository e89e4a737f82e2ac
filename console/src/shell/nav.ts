import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { useSession } from '@/session';
import { areas, sections, type NavItem, type Section } from './area';

/** What of the navigation the person who is signed in may see. */
export function useNav() {
  const router = useRouter();
  const session = useSession();
  const pages = new Map(router.getRoutes().map((r) => [String(r.name), r.meta]));
  return computed(() => {
    const items = areas.flatMap((a) => a.nav).filter((i) => session.mayOpen(pages.get(i.route) ?? {}));
    return sections
      .map((section): { section: Section; items: NavItem[] } => ({ section, items: items.filter((i) => i.section === section).sort((a, b) => a.order - b.order) }))
      .filter((s) => s.items.length);
  });
}
