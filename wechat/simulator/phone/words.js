// Every word the phone says, in three languages.
const words = {
  'zh-CN': {
    title: '微信模拟器', about: '一台假的微信：登录、支付、退款和通知都在本机，不涉及真钱。', device: '手机', panel: '设置与故障',
    close: '关闭', leave: '退出小程序', app: '小程序', noApp: '没有打开的小程序',
    noAppHint: '在设置里填入品牌 H5 小程序的地址，或直接支付下面的订单。',
    waiting: '等待付款的订单', waitingEmpty: '现在没有等待付款的订单。', inboxEmpty: '还没有消息。付款后，凭证会出现在这里。',
    tabWaiting: '待付款', tabInbox: '消息', appURL: '小程序地址（H5）', openApp: '打开', appWrong: '只能打开本机或同一主机上的 http(s) 地址。',
    user: '微信用户', language: '语言', faults: '故障', faultsHelp: '让接下来的调用或通知出错，看商家的系统如何应对。',
    operation: '环节', fault: '故障', times: '次数', addFault: '添加', clearFaults: '全部清除', faultWrong: '没有添加成功，请重试。',
    left: '还剩 {n} 次', always: '一直', deliveries: '发给商家的通知', deliveriesEmpty: '还没有发出通知。',
    accepted: '已接收', refused: '被拒绝', noAnswer: '无应答', notPosted: '未发出', attempt: '第 {n} 次',
    pay: '支付', payTitle: '请确认支付', payee: '收款方', goods: '商品', number: '商户单号', method: '支付方式', change: '零钱（模拟）',
    simulated: '模拟支付，不会扣款', paying: '支付中…', done: '完成', back: '返回', paid: '支付成功',
    alreadyPaid: '订单已支付', alreadyPaidText: '这笔订单已经付过款，不会重复扣款。', closed: '订单已关闭', closedText: '商家已关闭这笔订单，请重新下单。',
    expired: '订单已过期', expiredText: '付款时间已过，请重新下单。', unknown: '找不到这笔订单', unknownText: '预支付单号不存在，请重新发起支付。',
    badSign: '支付验证签名失败', badSignText: '小程序传来的支付参数不是由商家签名的。', offline: '无法连接', offlineText: '模拟器没有应答，请重试。', retry: '重试',
    until: '{t} 前付款', voucher: '付款凭证', refund_success: '退款到账', refund_abnormal: '退款异常',
    reason: '说明', shop: '商家', bannerPaid: '支付成功', allow: '允许', refuse: '拒绝', leaveTitle: '小程序申请向你发送消息', bannerRefund: '收到退款',
    ops: { login: '登录', token: '获取接口凭证', phone: '获取手机号', prepay: '下单', query: '查询订单', close: '关闭订单', refund: '申请退款', query_refund: '查询退款', certificates: '下载证书', trade_bill: '申请交易账单', fund_flow_bill: '申请资金账单', download_bill: '下载账单', message: '订阅消息', shipping: '上传发货信息', shipping_order: '查询发货状态', reminder: '提醒确认收货', notify_payment: '支付通知', notify_refund: '退款通知', check_text: '检查文字', check_picture: '检查图片', code: '小程序码', push: '消息推送' },
    kinds: { stall: '应答很慢', error_before: '出错，未生效', error_after: '出错，已生效', drop: '连接中断，已生效', rate_limit: '频率限制', not_enough: '余额不足', account_gone: '账户已注销', pay_after_close: '关单后到账', refund_abnormal: '退款异常', refund_closed: '退款关闭', signtest: '签名探测', bad_signature: '签名错误', unknown_serial: '未知证书序列号', skew: '时间偏差', duplicate: '重复', concurrent: '同时重复', reordered: '乱序', delayed: '延迟', lost: '丢失', wrong_amount: '金额不符', truncated: '内容截断', bad_nonce: '随机串长度错误', wrong_key: '密钥错误', missing_row: '缺一行', extra_row: '多一行', corrupted: '文件损坏', not_yet_known: '支付单尚未入库', suggest_risky: '违规', suggest_review: '疑似违规', plaintext: '未加密' },
    abouts: { stall: '操作已生效，但五秒后才应答。', error_before: '返回系统错误，什么也没有发生。', error_after: '返回系统错误，但操作已经生效。', drop: '操作生效后连接断开。', rate_limit: '返回频率限制，什么也没有发生。', not_enough: '商户账户余额不足以退款。', account_gone: '用户的账户已注销，无法退款。', pay_after_close: '关单成功之后，用户的付款仍然到账。', refund_abnormal: '这笔退款最终为异常。', refund_closed: '这笔退款最终被关闭。', signtest: '微信的探测流量，签名必须被拒绝。', bad_signature: '签名与内容不符。', unknown_serial: '签名所用的密钥无人知晓。', skew: '签名正确，但时间早了六分钟。', duplicate: '同一通知先后发两次。', concurrent: '同一通知同时发八次。', reordered: '排在下一条通知之后。', delayed: '十分钟之后才发。', lost: '永远不会发出。', wrong_amount: '其余都对，但多一分钱。', truncated: '内容只有一半。', bad_nonce: '加密随机串为十六字节。', wrong_key: '用另一把 APIv3 密钥加密。', missing_row: '账单缺最后一行。', extra_row: '账单多一行，单号无人知晓。', corrupted: '下载的文件与哈希值不符。', not_yet_known: '支付后的几秒内，发货管理还查不到这笔支付单。', suggest_risky: '内容违规，不得展示。', suggest_review: '内容疑似违规，需要人工复核。', plaintext: '本应加密的推送以明文发出。' },
  },
  en: {
    title: 'WeChat simulator', about: 'A WeChat on this machine: login, payment, refunds and notifications. No real money.', device: 'Phone', panel: 'Settings and faults',
    close: 'Close', leave: 'Leave the mini program', app: 'Mini program', noApp: 'No mini program is open',
    noAppHint: 'Enter the address of the brand’s H5 mini program in the settings, or pay one of the orders below.',
    waiting: 'Orders waiting for payment', waitingEmpty: 'No order is waiting for payment.', inboxEmpty: 'No messages yet. Payment vouchers will appear here.',
    tabWaiting: 'To pay', tabInbox: 'Messages', appURL: 'Mini program (H5 address)', openApp: 'Open', appWrong: 'Only http(s) addresses of this machine or host can be opened.',
    user: 'WeChat user', language: 'Language', faults: 'Faults', faultsHelp: 'Make the next call or notification go wrong, and see how the shop takes it.',
    operation: 'Operation', fault: 'Fault', times: 'Times', addFault: 'Add', clearFaults: 'Clear all', faultWrong: 'The fault could not be added; please try again.',
    left: '{n} left', always: 'always', deliveries: 'Notifications to the shop', deliveriesEmpty: 'Nothing has been sent yet.',
    accepted: 'accepted', refused: 'refused', noAnswer: 'no answer', notPosted: 'not sent', attempt: 'attempt {n}',
    pay: 'Pay', payTitle: 'Confirm payment', payee: 'Payee', goods: 'Goods', number: 'Order no.', method: 'Pay with', change: 'Balance (simulated)',
    simulated: 'Simulated: nothing is charged', paying: 'Paying…', done: 'Done', back: 'Back', paid: 'Paid',
    alreadyPaid: 'Already paid', alreadyPaidText: 'This order has been paid; you are not charged again.', closed: 'Order closed', closedText: 'The shop has closed this order; please order again.',
    expired: 'Order expired', expiredText: 'The time to pay has passed; please order again.', unknown: 'Order not found', unknownText: 'This payment does not exist; please start it again.',
    badSign: 'Payment signature refused', badSignText: 'The shop has not signed what the mini program asked for.', offline: 'No connection', offlineText: 'The simulator does not answer; please try again.', retry: 'Try again',
    until: 'pay before {t}', voucher: 'Payment voucher', refund_success: 'Refund received', refund_abnormal: 'Refund failed',
    reason: 'Reason', shop: 'Shop', bannerPaid: 'Payment made', allow: 'Allow', refuse: 'Refuse', leaveTitle: 'May it send you these messages?', bannerRefund: 'Refund received',
    ops: { login: 'Login', token: 'Access token', phone: 'Phone number', prepay: 'Prepay', query: 'Query payment', close: 'Close payment', refund: 'Refund', query_refund: 'Query refund', certificates: 'Certificates', trade_bill: 'Trade bill', fund_flow_bill: 'Fund flow bill', download_bill: 'Bill download', message: 'Message to a consumer', shipping: 'Shipping info', shipping_order: 'Shipping status', reminder: 'Receipt reminder', notify_payment: 'Payment notice', notify_refund: 'Refund notice', check_text: 'Text check', check_picture: 'Picture check', code: 'Mini-program code', push: 'Message push' },
    kinds: { stall: 'Slow answer', error_before: 'Error, no effect', error_after: 'Error, yet done', drop: 'Connection lost, yet done', rate_limit: 'Rate limit', not_enough: 'Not enough funds', account_gone: 'Account closed', pay_after_close: 'Paid after close', refund_abnormal: 'Refund fails', refund_closed: 'Refund closed', signtest: 'Signature test', bad_signature: 'Bad signature', unknown_serial: 'Unknown serial', skew: 'Clock skew', duplicate: 'Duplicate', concurrent: 'Concurrent copies', reordered: 'Out of order', delayed: 'Delayed', lost: 'Lost', wrong_amount: 'Wrong amount', truncated: 'Truncated', bad_nonce: 'Bad nonce', wrong_key: 'Wrong key', missing_row: 'Missing row', extra_row: 'Extra row', corrupted: 'Corrupted file', not_yet_known: 'Not known yet', suggest_risky: 'Risky', suggest_review: 'Doubtful', plaintext: 'In clear' },
    abouts: { stall: 'The effect happens; the answer takes five seconds.', error_before: 'A system error, and nothing happened.', error_after: 'A system error, but the effect happened.', drop: 'The connection breaks after the effect.', rate_limit: 'Too many requests, and nothing happened.', not_enough: 'The merchant’s account cannot cover the refund.', account_gone: 'The consumer’s account is closed: it takes no refund.', pay_after_close: 'Close succeeds, and the consumer’s payment arrives all the same.', refund_abnormal: 'This refund ends as abnormal.', refund_closed: 'This refund ends as closed.', signtest: 'WeChat’s probe: a signature that must be refused.', bad_signature: 'The signature is over something else.', unknown_serial: 'Signed with a key nobody knows.', skew: 'Properly signed, but six minutes ago.', duplicate: 'Sent twice, one after the other.', concurrent: 'Sent eight times at once.', reordered: 'Comes after the next notification.', delayed: 'Comes ten minutes late.', lost: 'Never comes.', wrong_amount: 'One fen too much; all else is right.', truncated: 'Half of it is missing.', bad_nonce: 'An encryption nonce of sixteen bytes.', wrong_key: 'Encrypted with another APIv3 key.', missing_row: 'The bill lacks its last row.', extra_row: 'The bill has a row that nobody knows.', corrupted: 'The file is not the one that was hashed.', not_yet_known: 'The order management has not heard of the payment yet.', suggest_risky: 'It must not be shown.', suggest_review: 'A person has to look at it.', plaintext: 'A push that should be encrypted comes in clear.' },
  },
  it: {
    title: 'Simulatore di WeChat', about: 'Un WeChat su questa macchina: accesso, pagamenti, rimborsi e notifiche. Niente denaro vero.', device: 'Telefono', panel: 'Impostazioni e guasti',
    close: 'Chiudi', leave: 'Esci dal mini program', app: 'Mini program', noApp: 'Nessun mini program aperto',
    noAppHint: 'Inserisci nelle impostazioni l’indirizzo H5 del mini program, o paga uno degli ordini qui sotto.',
    waiting: 'Ordini in attesa di pagamento', waitingEmpty: 'Nessun ordine in attesa di pagamento.', inboxEmpty: 'Ancora nessun messaggio. Qui appariranno le ricevute.',
    tabWaiting: 'Da pagare', tabInbox: 'Messaggi', appURL: 'Mini program (indirizzo H5)', openApp: 'Apri', appWrong: 'Si aprono solo indirizzi http(s) di questa macchina o di questo host.',
    user: 'Utente WeChat', language: 'Lingua', faults: 'Guasti', faultsHelp: 'Fai fallire la prossima chiamata o notifica e guarda come reagisce il negozio.',
    operation: 'Operazione', fault: 'Guasto', times: 'Volte', addFault: 'Aggiungi', clearFaults: 'Togli tutti', faultWrong: 'Il guasto non è stato aggiunto; riprova.',
    left: 'ancora {n}', always: 'sempre', deliveries: 'Notifiche al negozio', deliveriesEmpty: 'Ancora nessuna notifica inviata.',
    accepted: 'accettata', refused: 'rifiutata', noAnswer: 'senza risposta', notPosted: 'non inviata', attempt: 'tentativo {n}',
    pay: 'Paga', payTitle: 'Conferma il pagamento', payee: 'Beneficiario', goods: 'Merce', number: 'N. ordine', method: 'Paga con', change: 'Saldo (simulato)',
    simulated: 'Simulato: nessun addebito', paying: 'Pagamento…', done: 'Fine', back: 'Indietro', paid: 'Pagato',
    alreadyPaid: 'Già pagato', alreadyPaidText: 'Questo ordine è già stato pagato; nessun nuovo addebito.', closed: 'Ordine chiuso', closedText: 'Il negozio ha chiuso l’ordine; ordina di nuovo.',
    expired: 'Ordine scaduto', expiredText: 'Il tempo per pagare è passato; ordina di nuovo.', unknown: 'Ordine non trovato', unknownText: 'Questo pagamento non esiste; avvialo di nuovo.',
    badSign: 'Firma del pagamento rifiutata', badSignText: 'Il negozio non ha firmato ciò che il mini program chiede.', offline: 'Nessuna connessione', offlineText: 'Il simulatore non risponde; riprova.', retry: 'Riprova',
    until: 'paga entro le {t}', voucher: 'Ricevuta di pagamento', refund_success: 'Rimborso ricevuto', refund_abnormal: 'Rimborso non riuscito',
    reason: 'Motivo', shop: 'Negozio', bannerPaid: 'Pagamento eseguito', allow: 'Consenti', refuse: 'Rifiuta', leaveTitle: 'Può inviarti questi messaggi?', bannerRefund: 'Rimborso ricevuto',
    ops: { login: 'Accesso', token: 'Token di accesso', phone: 'Numero di telefono', prepay: 'Prepagamento', query: 'Stato del pagamento', close: 'Chiusura', refund: 'Rimborso', query_refund: 'Stato del rimborso', certificates: 'Certificati', trade_bill: 'Estratto vendite', fund_flow_bill: 'Estratto movimenti', download_bill: 'Scarico estratto', message: 'Messaggio al cliente', shipping: 'Dati di spedizione', shipping_order: 'Stato della spedizione', reminder: 'Promemoria di ricezione', notify_payment: 'Avviso pagamento', notify_refund: 'Avviso rimborso', check_text: 'Controllo testo', check_picture: 'Controllo immagine', code: 'Codice del mini programma', push: 'Notifica al mini programma' },
    kinds: { stall: 'Risposta lenta', error_before: 'Errore, senza effetto', error_after: 'Errore, ma eseguito', drop: 'Connessione persa, ma eseguito', rate_limit: 'Limite di frequenza', not_enough: 'Fondi insufficienti', account_gone: 'Conto chiuso', pay_after_close: 'Pagato dopo la chiusura', refund_abnormal: 'Rimborso anomalo', refund_closed: 'Rimborso chiuso', signtest: 'Prova di firma', bad_signature: 'Firma errata', unknown_serial: 'Seriale ignoto', skew: 'Orologio sfasato', duplicate: 'Doppia', concurrent: 'Copie simultanee', reordered: 'Fuori ordine', delayed: 'In ritardo', lost: 'Persa', wrong_amount: 'Importo errato', truncated: 'Troncata', bad_nonce: 'Nonce errato', wrong_key: 'Chiave errata', missing_row: 'Riga mancante', extra_row: 'Riga in più', corrupted: 'File corrotto', not_yet_known: 'Non ancora noto', suggest_risky: 'Vietato', suggest_review: 'Dubbio', plaintext: 'In chiaro' },
    abouts: { stall: 'L’effetto avviene; la risposta arriva dopo cinque secondi.', error_before: 'Errore di sistema, e nulla è successo.', error_after: 'Errore di sistema, ma l’effetto c’è stato.', drop: 'La connessione cade dopo l’effetto.', rate_limit: 'Troppe richieste, e nulla è successo.', not_enough: 'Il conto del negozio non copre il rimborso.', account_gone: 'Il conto del cliente è chiuso: non riceve rimborsi.', pay_after_close: 'La chiusura riesce, ma il pagamento arriva lo stesso.', refund_abnormal: 'Questo rimborso finisce come anomalo.', refund_closed: 'Questo rimborso viene chiuso.', signtest: 'La sonda di WeChat: una firma da rifiutare.', bad_signature: 'La firma è di un altro contenuto.', unknown_serial: 'Firmata con una chiave ignota.', skew: 'Firmata bene, ma sei minuti fa.', duplicate: 'Inviata due volte di seguito.', concurrent: 'Inviata otto volte insieme.', reordered: 'Arriva dopo la notifica seguente.', delayed: 'Arriva con dieci minuti di ritardo.', lost: 'Non arriva mai.', wrong_amount: 'Un fen di troppo; il resto è giusto.', truncated: 'Ne manca la metà.', bad_nonce: 'Un nonce di sedici byte.', wrong_key: 'Cifrata con un’altra chiave APIv3.', missing_row: 'All’estratto manca l’ultima riga.', extra_row: 'L’estratto ha una riga che nessuno conosce.', corrupted: 'Il file non corrisponde al suo hash.', not_yet_known: 'La gestione ordini non conosce ancora il pagamento.', suggest_risky: 'Non deve essere mostrato.', suggest_review: 'Una persona deve guardarlo.', plaintext: 'Una notifica che doveva essere cifrata arriva in chiaro.' },
  },
};

const asked = new URLSearchParams(location.search).get('lang');
const kept = (() => { try { return localStorage.getItem('lang'); } catch { return null; } })();
export const lang = [asked, kept, ...navigator.languages].map(nearest).find(Boolean) ?? 'zh-CN';

function nearest(tag) {
  if (!tag) return null;
  return Object.keys(words).find((known) => known.split('-')[0] === tag.split('-')[0]) ?? null;
}

export function setLang(tag) {
  try { localStorage.setItem('lang', tag); } catch { /* then only for this visit */ }
}

// t is a text, with {names} filled in.
export function t(key, fill = {}) {
  const text = key.split('.').reduce((found, part) => found?.[part], words[lang]) ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? '');
}

// translate fills the marked elements under root.
export function translate(root = document) {
  document.documentElement.lang = lang;
  for (const e of root.querySelectorAll('[data-text]')) e.textContent = t(e.dataset.text);
  for (const e of root.querySelectorAll('[data-label]')) e.setAttribute('aria-label', t(e.dataset.label));
  for (const e of root.querySelectorAll('[data-title]')) e.title = t(e.dataset.title);
}

export function clockTime(at) {
  return new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

export function shortTime(at) {
  return new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

export function dayTime(at) {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }).format(new Date(at));
}
