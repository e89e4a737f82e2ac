package console

import (
	"context"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/accounts"
	"hutong/service/figures"
)

const tagFigures = "Figures"

// exportTime bounds the requests that take a whole table away; exportCost is what they cost of the limits.
const (
	exportTime = listTime
	exportCost = 20
)

func (s *Server) registerFigures(a *endpoint.API) {
	refused := []*model.Error{model.ErrInvalid, model.ErrOutOfRange}
	summary := get("get-figures", "/figures", tagFigures, model.PermitFiguresRead, "How sales stand: in all, by day and by source")
	summary.Description = "Of thirty days to today, unless it says otherwise; at most 400. Today is counted every minute."
	summary.Errors = refused
	endpoint.Register(a, summary, s.getFigures)
	sellers := get("list-best-sellers", "/figures/best-sellers", tagFigures, model.PermitFiguresRead, "The products that sold most")
	sellers.Errors = refused
	endpoint.Register(a, sellers, s.listBestSellers)

	statements := get("list-statements", "/money/statements", tagMoney, model.PermitMoneyRead, "What came in and went out, by day or by month")
	statements.Description = "As the journal has booked it: the closing balance is that of wechat_clearing."
	statements.Errors = refused
	endpoint.Register(a, statements, s.listStatements)

	for _, e := range []struct {
		op  endpoint.Operation
		add func(endpoint.Operation)
	}{
		{
			get("export-statements", "/exports/statements", tagMoney, model.PermitMoneyRead, "The statements as a file"),
			func(op endpoint.Operation) { endpoint.Register(a, op, s.exportStatements) },
		},
		{
			get("export-figures", "/exports/figures", tagFigures, model.PermitFiguresRead, "How sales stand by day, as a file"),
			func(op endpoint.Operation) { endpoint.Register(a, op, s.exportFigures) },
		},
		{
			get("export-journal", "/exports/journal", tagMoney, model.PermitMoneyRead, "The journal as a file"),
			func(op endpoint.Operation) { endpoint.Register(a, op, s.exportJournal) },
		},
		{
			get("export-orders", "/exports/orders", tagOrder, model.PermitOrdersExport, "Orders as a file"),
			func(op endpoint.Operation) { endpoint.Register(a, op, s.exportOrders) },
		},
	} {
		e.op.Timeout, e.op.Cost = exportTime, exportCost
		e.op.Description = "In yuan and in Shanghai's time, at most 100,000 entries. No spreadsheet takes a text in it for a formula. " +
			"That it was taken is written into the audit log."
		e.op.Errors = []*model.Error{model.ErrTooMany, model.ErrInvalid, model.ErrOutOfRange, model.ErrOrderNotFound}
		e.add(e.op)
	}
}

// Days is the parameters of an endpoint that tells of a span of days.
type Days struct {
	From string `query:"from" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"The first day, in Shanghai" example:"2026-06-01"`
	To   string `query:"to" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"The last day; without it, today" example:"2026-06-30"`
}

func (in Days) filter() figures.Filter {
	return figures.Filter{From: model.Day(in.From), To: model.Day(in.To)}
}

// FiguresFilter is what chooses figures, on the screen as in an export.
type FiguresFilter struct {
	Days
	Way     string `query:"way" maxLength:"16" doc:"Only what was sold so" example:"shop"`
	Channel string `query:"channel" doc:"Only to those who came so" enum:"search,share,qrcode,message,article,ad,live,chat,web,other"`
}

type figuresInput struct{ FiguresFilter }

func (s *Server) getFigures(ctx context.Context, in *figuresInput) (*answer[figures.Summary], error) {
	return answered(s.Figures.Summary(ctx, in.figures()))
}

func (in *FiguresFilter) figures() figures.Filter {
	f := in.filter()
	f.Way, f.Channel = in.Way, in.Channel
	return f
}

type sellersInput struct {
	Days
	By    string `query:"by" enum:"gmv,quantity" default:"gmv" doc:"What was paid for them, or pieces"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"10"`
}

type sellers struct {
	Items []figures.Seller `json:"items"`
}

func (s *Server) listBestSellers(ctx context.Context, in *sellersInput) (*answer[sellers], error) {
	items, err := s.Figures.BestSellers(ctx, in.filter(), in.By == "quantity", in.Limit, languages(ctx)...)
	return answered(sellers{items}, err)
}

// Periods is the parameters of an endpoint that tells of days or months.
type Periods struct {
	Days
	By string `query:"by" enum:"day,month" default:"day"`
}

type statementsInput struct{ Periods }

func (s *Server) listStatements(ctx context.Context, in *statementsInput) (*answer[figures.Statements], error) {
	return answered(s.Figures.Statements(ctx, in.By, in.filter()))
}

type exportStatementsInput struct {
	Periods
	Format
}

func (s *Server) exportStatements(ctx context.Context, in *exportStatementsInput) (*download, error) {
	f, err := s.Figures.ExportStatements(ctx, in.By, in.filter(), in.Format.Format, languages(ctx)...)
	return downloaded("statements", f, err)
}

type exportFiguresInput struct {
	FiguresFilter
	Format
}

func (s *Server) exportFigures(ctx context.Context, in *exportFiguresInput) (*download, error) {
	f, err := s.Figures.ExportSummary(ctx, in.figures(), in.Format.Format, languages(ctx)...)
	return downloaded("figures", f, err)
}

type exportJournalInput struct {
	JournalFilter
	Format
}

func (s *Server) exportJournal(ctx context.Context, in *exportJournalInput) (*download, error) {
	f, err := s.Accounts.Export(ctx, in.filter(), in.Format.Format, languages(ctx)...)
	return downloaded("journal", f, err)
}

type exportOrdersInput struct {
	OrderFilter
	Format
	Full bool `query:"full" doc:"With the recipients in full; needs customers.phone, and is logged"`
}

func (s *Server) exportOrders(ctx context.Context, in *exportOrdersInput) (*download, error) {
	f, err := in.filter(ctx)
	if err == nil && in.Full {
		err = permitted(ctx, model.PermitCustomersPhone)
	}
	if err != nil {
		return nil, err
	}
	file, err := s.Order.Export(ctx, languages(ctx), f, in.Format.Format, in.Full)
	return downloaded("orders", file, err)
}

// JournalFilter is what chooses entries of the journal, of a list as of an export.
type JournalFilter struct {
	Account string `query:"account" maxLength:"32" example:"wechat_clearing"`
	Kind    string `query:"kind" maxLength:"32" example:"payment"`
	Order   string `query:"order" maxLength:"26" doc:"The order's number"`
	Span
}

func (in JournalFilter) filter() accounts.Filter {
	return accounts.Filter{Account: model.Account(in.Account), Kind: in.Kind, OrderNo: in.Order, From: in.From, To: in.To}
}
