import { brand } from '@platform/place';
import { ref, watch, type Ref } from 'vue';

/** A value that is still there when the program is opened again, apart for each shop. */
export function kept<T>(name: string, otherwise: T): Ref<T> {
  const key = `${brand}/${name}`;
  const found = uni.getStorageSync(key) as T | '';
  const value = ref(found === '' ? otherwise : found) as Ref<T>;
  watch(value, (now) => {
    if (now === null) uni.removeStorageSync(key);
    else uni.setStorageSync(key, now);
  }, { deep: true, flush: 'sync' });
  return value;
}
