import { listen } from '@platform/privacy';
import { ref, shallowRef } from 'vue';
import { kept } from './kept';

interface Question { answer: (agreed: boolean) => void }

const agreed = kept('privacy', false);

/** What the person is being asked, if anything. */
export const question = shallowRef<Question>();
export const busy = ref(false);

function ask() {
  question.value?.answer(false);
  return new Promise<boolean>((resolve) => {
    question.value = {
      answer(yes) {
        question.value = undefined;
        if (yes) agreed.value = true;
        resolve(yes);
      },
    };
  });
}

/** Asks for consent, once, before the first personal datum. It tells whether it was given. */
export async function consent() {
  return agreed.value || ask();
}

listen(ask);
