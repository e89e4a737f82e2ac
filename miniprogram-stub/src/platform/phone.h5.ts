export { phoneCode } from './wechat.h5';
