// Package simulator is a WeChat on localhost: an HTTP server that WeChat's SDKs cannot tell from the real
// one on the endpoints it serves, with faults on demand. One Simulator answers for api.weixin.qq.com and
// for api.mch.weixin.qq.com, whose paths do not overlap, and holds any number of merchants.
//
//	GET  /sns/jscode2session                                 GET  /cgi-bin/token
//	POST /wxa/business/getuserphonenumber                    POST /cgi-bin/stable_token
//	POST /cgi-bin/message/subscribe/send
//	POST /wxa/sec/order/upload_shipping_info                 POST /wxa/sec/order/get_order
//	POST /wxa/sec/order/notify_confirm_receive
//
//	POST /v3/pay/transactions/jsapi                          GET  /v3/certificates
//	GET  /v3/pay/transactions/out-trade-no/{no}?mchid=       POST /v3/refund/domestic/refunds
//	GET  /v3/pay/transactions/id/{id}?mchid=                 GET  /v3/refund/domestic/refunds/{no}
//	POST /v3/pay/transactions/out-trade-no/{no}/close        GET  /v3/bill/tradebill
//	GET  /v3/bill/fundflowbill                               GET  /v3/billdownload/file
//
// WeChat Pay's endpoints check Authorization with the merchant's public key and sign every 2xx; notifications
// are encrypted with AES-256-GCM, signed, and repeated on WeChat's schedule until they are accepted.
//
// # Two clocks
//
// Trade follows Options.Clock, which a test or a simulation may turn: ages of codes, expiries, refunds, the
// retry schedule. Signatures carry the real time, because SDKs compare it with their own. Given the same
// clock and the same calls, a history gives the same numbers, codes and states again.
//
// # Driving it
//
// Nothing is delivered behind the caller's back: Deliver posts what is due, in the caller's goroutine; Run
// is the loop for a demonstration. LoginCode, PhoneCode, Pay and SettleRefund do what consumers and banks
// do, ConfirmReceipt what the consumer does once the goods have come; AddFault and Options.Faults make things go
// wrong; EditBills writes what a bill says.
//
// # The admin API
//
// The same over HTTP, as JSON. Pages of this machine, of the simulator's own host and of Options.Origins
// may call it across origins. Errors are {"error": …} with 400, 404 or 409.
//
//	POST   /_sim/login-codes                 {"appid", "user"}              → {"code"}
//	POST   /_sim/phone-codes                 {"appid", "user"}              → {"code"}
//	POST   /_sim/users                       {"name", "phone", "blocked"}
//	GET    /_sim/merchants                   names and numbers, no secrets
//	POST   /_sim/merchants                   {"name", "push_url"}           → all that a new brand enters in its system
//	GET    /_sim/payments                    all payments
//	POST   /_sim/payments/{ref}/pay          ref: prepay_id or out_trade_no → the payment
//	GET    /_sim/refunds                     all refunds
//	POST   /_sim/refunds/{mchid}/{no}/settle {"state"}: SUCCESS, ABNORMAL or CLOSED
//	POST   /_sim/templates                   {"appid", "id", "title", "fields"} → the template
//	GET    /_sim/templates/{appid}           the templates of a mini program
//	POST   /_sim/grants                      {"appid", "user", "templates"}: one message of each
//	GET    /_sim/messages                    the subscribe messages that were sent
//	GET    /_sim/shipments                   what was uploaded about shipping
//	POST   /_sim/payments/{ref}/receive      the consumer confirms the receipt
//	GET    /_sim/operations                  operations and the faults each can have
//	GET    /_sim/faults                      faults that are waiting
//	POST   /_sim/faults                      {"op", "kind", "mchid", "times", "delay_ms", "count"}
//	DELETE /_sim/faults
//	POST   /_sim/deliver                     posts what is due now          → what became of it
//	GET    /_sim/deliveries                  the latest deliveries
//
// # The phone
//
// GET /phone/?app=URL&appid=APPID&user=NAME&lang=TAG draws a phone with the mini program at URL in a frame,
// WeChat's payment sheet, an inbox and the faults. All parameters may be left out; appid is needed when
// there are several merchants. The page in the frame talks to the phone with postMessage, as a mini program
// does with wx; id is the caller's own, and comes back:
//
//	{type: "wx.login", id, appid}                → {type, id, ok, errMsg, code}
//	{type: "wx.getPhoneNumber", id, appid}       → {type, id, ok, errMsg, code}
//	{type: "wx.requestPayment", id, params}      → {type, id, ok, errMsg}
//	{type: "wx.requestSubscribeMessage", id, appid, tmplIds} → {type, id, ok, errMsg, TEMPLATE: "accept" | "reject", …}
//
// appid may be left out as above. params are those of wx.requestPayment, signed by the merchant; {prepay_id} alone will do. errMsg is
// WeChat's: "requestPayment:ok", "requestPayment:fail cancel", "requestPayment:fail …".
//
// GET /phone/pay?prepay_id=…&origin=… (or all parameters of wx.requestPayment) is the sheet by itself, for
// a page that opens it in a frame or a window. It posts the same answer, with prepay_id, to that origin.
package simulator
