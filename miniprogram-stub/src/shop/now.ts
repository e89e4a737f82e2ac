import { onHide, onShow, onUnload } from '@dcloudio/uni-app';
import { ref } from 'vue';

/** The time, each second while the page is shown. */
export function useNow() {
  const now = ref(Date.now());
  let ticking: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(ticking);
  onShow(() => {
    stop();
    now.value = Date.now();
    ticking = setInterval(() => { now.value = Date.now(); }, 1000);
  });
  onHide(stop);
  onUnload(stop);
  return now;
}
