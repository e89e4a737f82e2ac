import { onBeforeUnmount, ref } from 'vue';

/** useNow is the time, told anew each second. */
export function useNow() {
  const now = ref(Date.now());
  const timer = setInterval(() => { now.value = Date.now(); }, 1000);
  onBeforeUnmount(() => clearInterval(timer));
  return now;
}
