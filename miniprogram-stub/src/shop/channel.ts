/** The ways by which somebody comes to the mini program, as the shop counts them. */
export type Channel = 'search' | 'share' | 'qrcode' | 'message' | 'article' | 'ad' | 'live' | 'chat' | 'web' | 'other';

// WeChat's scene values: https://developers.weixin.qq.com/miniprogram/dev/reference/scene-list.html
const scenes: [Channel, number[]][] = [
  ['search', [1005, 1006, 1027, 1042, 1053, 1106, 1183]],
  ['share', [1007, 1008, 1036, 1044, 1096, 1155, 1158]],
  ['qrcode', [1011, 1012, 1013, 1025, 1031, 1032, 1047, 1048, 1049]],
  ['message', [1014, 1043, 1107]],
  ['article', [1020, 1035, 1058, 1074, 1082, 1091, 1102]],
  ['ad', [1045, 1046, 1067, 1084, 1095]],
  ['live', [1175, 1176, 1177, 1191, 1195]],
  ['chat', [1073, 1081]],
];

/** The channel of a scene of WeChat's; nothing where there is no scene. */
export function channelOf(scene?: number): Channel | undefined {
  if (!scene) return undefined;
  return scenes.find(([, known]) => known.includes(scene))?.[0] ?? 'other';
}
