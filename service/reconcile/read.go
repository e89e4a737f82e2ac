package reconcile

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Report is how a day stands. Its figures are those of WeChat's bills, but for BookedFen.
type Report struct {
	Day        model.Day                  `json:"day" doc:"In Shanghai"`
	Status     model.ReconciliationStatus `json:"status" enum:"running,finished,failed"`
	Payments   int                        `json:"payments"`
	PaymentFen model.Fen                  `json:"payment_fen"`
	Refunds    int                        `json:"refunds"`
	RefundFen  model.Fen                  `json:"refund_fen"`
	FeeFen     model.Fen                  `json:"fee_fen" doc:"What WeChat keeps, less what it gave back"`
	InFen      model.Fen                  `json:"in_fen" doc:"What came onto the account at WeChat"`
	OutFen     model.Fen                  `json:"out_fen" doc:"What left it"`
	OtherFen   model.Fen                  `json:"other_fen" doc:"Of these, what is not of trade, such as withdrawals: in less out"`
	BookedFen  model.Fen                  `json:"booked_fen" doc:"By how much the journal has moved wechat_clearing for the numbers in the bill"`
	TradeHash  string                     `json:"trade_hash" doc:"SHA-1 of the trade bill; empty when there was none"`
	FlowHash   string                     `json:"flow_hash" doc:"SHA-1 of the fund flow bill; empty when there was none"`
	Problem    string                     `json:"problem,omitempty" doc:"Why the last run failed"`
	StartedAt  model.Millis               `json:"started_at"`
	FinishedAt model.Millis               `json:"finished_at" doc:"0 when no run has come to its end"`
	Open       int64                      `json:"open" doc:"Exceptions that wait for somebody"`
}

// ExceptionView is one difference between WeChat's bills and us.
type ExceptionView struct {
	No         string                `json:"no"`
	Day        model.Day             `json:"day"`
	Kind       model.ExceptionKind   `json:"kind" enum:"unknown_here,missing_in_bill,amount,state,repeated,fee,unsettled,moved,unexplained_move"`
	Subject    model.BillKind        `json:"subject" enum:"payment,refund,movement"`
	Number     string                `json:"number" doc:"out_trade_no or out_refund_no; of a movement WeChat's number"`
	Status     model.ExceptionStatus `json:"status" enum:"open,cleared,resolved,ignored"`
	OursFen    model.Fen             `json:"ours_fen"`
	TheirsFen  model.Fen             `json:"theirs_fen"`
	Ours       string                `json:"ours,omitempty" doc:"State here"`
	Theirs     string                `json:"theirs,omitempty" doc:"State in the bill"`
	Note       string                `json:"note,omitempty"`
	ResolvedBy string                `json:"resolved_by,omitempty"`
	Name       string                `json:"name,omitempty" doc:"Of the member of staff who resolved it"`
	ResolvedAt model.Millis          `json:"resolved_at,omitempty"`
	CreatedAt  model.Millis          `json:"created_at"`
}

// Get is how a day stands. Errors: ErrNotFound when it was never run.
func (s *Service) Get(ctx context.Context, day model.Day) (Report, error) {
	tx := s.db.Read(ctx)
	var r model.Reconciliation
	if err := tx.Where("day = ?", day).Take(&r).Error; database.IsNotFound(err) {
		return Report{}, model.ErrNotFound
	} else if err != nil {
		return Report{}, fmt.Errorf("reconciliation of %s: %w", day, err)
	}
	reports, err := reports(tx, []model.Reconciliation{r})
	if err != nil {
		return Report{}, err
	}
	return reports[0], nil
}

// List is the days that were run, the latest first: those before a day, at most limit; "" starts at the
// latest. next is the before of the following page, or "" at the end.
func (s *Service) List(ctx context.Context, before model.Day, limit int) (list []Report, next model.Day, err error) {
	tx := s.db.Read(ctx)
	query := tx.Order("day DESC").Limit(limit + 1)
	if before != "" {
		query = query.Where("day < ?", before)
	}
	var rows []model.Reconciliation
	if err := query.Find(&rows).Error; err != nil {
		return nil, "", fmt.Errorf("reconciliations: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Day
	}
	list, err = reports(tx, rows)
	return list, next, err
}

// reports are rows with their open exceptions counted.
func reports(tx *gorm.DB, rows []model.Reconciliation) ([]Report, error) {
	days := make([]model.Day, len(rows))
	for i, r := range rows {
		days[i] = r.Day
	}
	var counts []struct {
		Day model.Day
		N   int64
	}
	err := tx.Model(&model.BillException{}).Select("day, COUNT(*) AS n").
		Where("status = ? AND day IN ?", model.ExceptionOpen, days).Group("day").Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("exceptions: %w", err)
	}
	open := make(map[model.Day]int64, len(counts))
	for _, c := range counts {
		open[c.Day] = c.N
	}
	out := make([]Report, len(rows))
	for i, r := range rows {
		out[i] = Report{
			Day: r.Day, Status: r.Status, Payments: r.Payments, PaymentFen: r.PaymentFen, Refunds: r.Refunds,
			RefundFen: r.RefundFen, FeeFen: r.FeeFen, InFen: r.InFen, OutFen: r.OutFen, OtherFen: r.OtherFen,
			BookedFen: r.BookedFen, TradeHash: r.TradeHash, FlowHash: r.FlowHash, Problem: r.Problem,
			StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, Open: open[r.Day],
		}
	}
	return out, nil
}

// Exceptions is the exceptions of a day, or of all days for "", oldest first: those with an id above after,
// at most limit. statuses, if any, choose. next is the after of the following page, or 0 at the end.
func (s *Service) Exceptions(
	ctx context.Context, day model.Day, statuses []model.ExceptionStatus, after int64, limit int,
) (views []ExceptionView, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx.Where("id > ?", after)
	if day != "" {
		query = query.Where("day = ?", day)
	}
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	var rows []model.BillException
	if err := query.Order("id").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("exceptions: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].ID
	}
	views = make([]ExceptionView, len(rows))
	for i := range rows {
		views[i] = viewOf(&rows[i])
	}
	return views, next, nameStaff(tx, views)
}

// nameStaff fills in who has resolved exceptions.
func nameStaff(tx *gorm.DB, views []ExceptionView) error {
	const staff = string(model.ActorStaff) + ":"
	var nos []string
	for _, v := range views {
		if no, ok := strings.CutPrefix(v.ResolvedBy, staff); ok {
			nos = append(nos, no)
		}
	}
	if len(nos) == 0 {
		return nil
	}
	var rows []model.Staff
	if err := tx.Select("no", "name").Where("no IN ?", nos).Find(&rows).Error; err != nil {
		return fmt.Errorf("who has resolved exceptions: %w", err)
	}
	for i := range views {
		for _, r := range rows {
			if views[i].ResolvedBy == staff+r.No {
				views[i].Name = r.Name
			}
		}
	}
	return nil
}

func viewOf(e *model.BillException) ExceptionView {
	return ExceptionView{
		No: e.No, Day: e.Day, Kind: e.Kind, Subject: e.Subject, Number: e.Number, Status: e.Status,
		OursFen: e.OursFen, TheirsFen: e.TheirsFen, Ours: e.Ours, Theirs: e.Theirs,
		Note: e.Note, ResolvedBy: e.ResolvedBy, ResolvedAt: e.ResolvedAt, CreatedAt: e.CreatedAt,
	}
}
