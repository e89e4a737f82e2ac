import { t } from '@/words';

/** Asks whether something is meant, and tells the answer. */
export function ask(content: string, confirmText: string) {
  return new Promise<boolean>((resolve) => {
    uni.showModal({
      content, confirmText, cancelText: t('cancel'), confirmColor: '#C8352B',
      success: ({ confirm }) => resolve(confirm), fail: () => resolve(false),
    });
  });
}
