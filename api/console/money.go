package console

import (
	"context"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/accounts"
)

const tagMoney = "Money"

func (s *Server) registerMoney(a *endpoint.API) {
	endpoint.Register(a, get("get-trial-balance", "/money/trial-balance", tagMoney, model.PermitMoneyRead, "What every account holds"), s.trialBalance)
	journal := get("list-journal", "/money/journal", tagMoney, model.PermitMoneyRead, "Movements of money, the newest first")
	journal.Errors = []*model.Error{model.ErrBadCursor, model.ErrOrderNotFound}
	endpoint.Register(a, journal, s.listJournal)
}

type balanceInput struct {
	AsOf model.Millis `query:"as_of" minimum:"0" doc:"Before this instant, UTC milliseconds; 0 is now"`
}

func (s *Server) trialBalance(ctx context.Context, in *balanceInput) (*answer[accounts.TrialBalance], error) {
	return answered(s.Accounts.Balances(ctx, in.AsOf))
}

var journalCursor = endpoint.Cursor[place]{Name: "console-journal", Version: 1}

type journalInput struct {
	endpoint.Paging
	JournalFilter
}

func (s *Server) listJournal(ctx context.Context, in *journalInput) (*answer[endpoint.Page[accounts.Entry]], error) {
	at, err := journalCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	entries, next, err := s.Accounts.Journal(ctx, in.filter(), at.Before, in.Limit)
	return page(journalCursor, entries, next, err)
}
