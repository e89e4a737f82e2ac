import { choosePictures } from '@platform/pictures';
import { computed, reactive, ref } from 'vue';
import { failureOf } from '@/api/failure';
import { newKey } from '@/api/key';
import { upload, type Taken } from '@/api/upload';
import { consent } from './privacy';

/** The most pictures of a review or a case. */
export const mostPictures = 9;

/** A picture on its way to the shop: it is there when it has a number. */
export interface Sending extends Taken {
  key: string;
  progress: number; // in hundredths
  no?: string;
  wrong?: string;
}

/** Pictures that are chosen and sent, one after the other. */
export function usePictures() {
  const pictures = ref<Sending[]>([]);
  let last: Promise<void> = Promise.resolve();

  async function add() {
    if (!await consent()) return;
    const taken = await choosePictures(mostPictures - pictures.value.length);
    for (const t of taken.slice(0, mostPictures - pictures.value.length)) {
      const one = reactive<Sending>({ ...t, key: newKey(), progress: 0 });
      pictures.value.push(one);
      queue(one);
    }
  }

  function queue(one: Sending) {
    one.wrong = undefined;
    one.progress = 0;
    last = last.then(() => send(one));
  }

  async function send(one: Sending) {
    if (!pictures.value.includes(one)) return; // removed meanwhile
    try {
      one.no = (await upload(one, (progress) => { one.progress = progress; })).no;
    } catch (err) {
      one.wrong = failureOf(err).message;
    }
  }

  /** Takes a picture away again. What was sent the shop forgets by itself. */
  function remove(key: string) {
    pictures.value = pictures.value.filter((p) => p.key !== key);
  }

  return {
    pictures, add, remove, retry: queue,
    /** Whether some have not arrived, be it that they are on their way. */
    waiting: computed(() => pictures.value.some((p) => !p.no)),
    /** The numbers of those that are there, in their order. */
    nos: computed(() => pictures.value.flatMap((p) => p.no ?? [])),
  };
}

export type Pictures = ReturnType<typeof usePictures>;
