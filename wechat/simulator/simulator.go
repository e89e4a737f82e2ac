package simulator

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options say how a Simulator behaves. The zero value is WeChat as it is, on the machine's clock.
type Options struct {
	// Clock is the trade clock: ages of codes, expiries, success times and the retry schedule follow it.
	// Signatures carry the real time all the same, because SDKs compare it with their own. Default
	// time.Now. It must be safe for concurrent use.
	Clock func() time.Time
	// HTTP posts the notifications. Default: a client that gives up after 5 s, as WeChat does.
	HTTP *http.Client
	// Speed divides the delays of the retry schedule, RefundDelay and ShippingDelay: 15 makes the first retry come after
	// one second. Default 1.
	Speed int
	// RefundDelay is how long a refund stays PROCESSING. Default 2 s; negative leaves every refund to
	// SettleRefund.
	RefundDelay time.Duration
	// FeeRate is what WeChat keeps of each payment, in 1/10,000; it shows in the bills alone. Default 60.
	FeeRate int
	// ShippingDelay is how long after a payment the order management knows it. Default 10 s; negative: at once.
	ShippingDelay time.Duration
	// Faults draws a fault for each call and each attempt to notify that no fault of AddFault was waiting
	// for. A seeded simulation draws from its seed here. It runs with the simulator locked, so it must not
	// call back. Default: no faults.
	Faults func(op Op, mchID string) (Fault, bool)
	// Origins are origins, such as https://shop.example, whose pages may use the admin API and the phone,
	// besides those of this machine and of the host by which the simulator is called.
	Origins []string
	// StateFile keeps the state between restarts, as JSON. New reads it when it exists; Save and Run write
	// it. It holds private keys. Default: memory only.
	StateFile string
	// Log tells what is delivered. Default: silent.
	Log *slog.Logger
}

// Simulator is a WeChat for tests and demonstrations. It is an http.Handler that answers for both of
// WeChat's hosts; all its methods may be called concurrently.
type Simulator struct {
	o   Options
	mux *http.ServeMux

	mu        sync.Mutex // guards all below
	state     state
	merchants map[string]*merchant // by mchid
	slots     int                  // merchants made so far, see openMerchant
	faults    []*Fault
	delivered []Delivery // the latest, the newest last
	bills     []*madeBill
	edit      BillEdit
	posting   map[*notification]bool // is under way now
}

// Errors of the driving methods. What the HTTP endpoints answer is WeChat's, not these.
var (
	ErrUnknown = errors.New("simulator: not known here")
	ErrPaid    = errors.New("simulator: already paid")
	ErrClosed  = errors.New("simulator: closed")
	ErrExpired = errors.New("simulator: expired")
	ErrState   = errors.New("simulator: not possible in this state")
)

// New makes a simulator. Errors: a state file that exists but cannot be read.
func New(o Options) (*Simulator, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 5 * time.Second}
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.RefundDelay == 0 {
		o.RefundDelay = 2 * time.Second
	}
	if o.FeeRate == 0 {
		o.FeeRate = 60
	}
	if o.ShippingDelay == 0 {
		o.ShippingDelay = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Simulator{o: o, mux: http.NewServeMux(), merchants: map[string]*merchant{}, state: newState(), posting: map[*notification]bool{}}
	s.routes()
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Run delivers what is due, four times a second, until ctx ends; with a state file it also keeps that up
// to date. Tests call Deliver instead.
func (s *Simulator) Run(ctx context.Context) error {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return s.Save()
		case <-tick.C:
			for _, d := range s.Deliver(ctx) {
				s.o.Log.InfoContext(ctx, "notification", "event", d.Event, "number", d.Number,
					"attempt", d.Attempt, "fault", string(d.Fault), "status", d.Status, "accepted", d.Accepted)
			}
			if err := s.Save(); err != nil {
				s.o.Log.ErrorContext(ctx, "simulator state not saved", "error", err)
			}
		}
	}
}

// now is the trade clock, as precise as WeChat's own times.
func (s *Simulator) now() time.Time { return s.o.Clock().UTC() }

func (s *Simulator) routes() {
	s.mux.Handle("GET /sns/jscode2session", s.mini(OpLogin, s.code2Session))
	s.mux.Handle("GET /cgi-bin/token", s.mini(OpToken, s.token))
	s.mux.Handle("POST /cgi-bin/stable_token", s.mini(OpToken, s.stableToken))
	s.mux.Handle("POST /wxa/business/getuserphonenumber", s.mini(OpPhone, s.phoneNumber))
	s.mux.Handle("POST /cgi-bin/message/subscribe/send", s.mini(OpMessage, s.sendMessage))
	s.mux.Handle("POST /wxa/msg_sec_check", s.mini(OpCheckText, s.checkText))
	s.mux.Handle("POST /wxa/media_check_async", s.mini(OpCheckPicture, s.checkPicture))
	s.mux.HandleFunc("POST /wxa/getwxacodeunlimit", s.programCode)
	s.mux.Handle("POST /wxa/sec/order/upload_shipping_info", s.mini(OpShipping, s.uploadShipping))
	s.mux.Handle("POST /wxa/sec/order/get_order", s.mini(OpShippingOrder, s.shippingOrder))
	s.mux.Handle("POST /wxa/sec/order/notify_confirm_receive", s.mini(OpReminder, s.confirmReminder))

	s.mux.Handle("POST /v3/pay/transactions/jsapi", s.pay(OpPrepay, s.prepay))
	s.mux.Handle("GET /v3/pay/transactions/out-trade-no/{no}", s.pay(OpQuery, s.queryByOutTradeNo))
	s.mux.Handle("GET /v3/pay/transactions/id/{id}", s.pay(OpQuery, s.queryByID))
	s.mux.Handle("POST /v3/pay/transactions/out-trade-no/{no}/close", s.pay(OpClose, s.closePayment))
	s.mux.Handle("POST /v3/refund/domestic/refunds", s.pay(OpRefund, s.refund))
	s.mux.Handle("GET /v3/refund/domestic/refunds/{no}", s.pay(OpQueryRefund, s.queryRefund))
	s.mux.Handle("GET /v3/certificates", s.pay(OpCertificates, s.certificates))
	s.mux.Handle("GET /v3/bill/tradebill", s.pay(OpTradeBill, s.tradeBill))
	s.mux.Handle("GET /v3/bill/fundflowbill", s.pay(OpFundFlowBill, s.fundFlowBill))
	s.mux.HandleFunc("GET /v3/billdownload/file", s.downloadBill)
	s.adminRoutes()
	s.phoneRoutes()
	s.mux.HandleFunc("/v3/", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, refusal(http.StatusNotFound, "NOT_FOUND", "接口不存在"))
	})
}
