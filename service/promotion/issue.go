package promotion

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/customer"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/job"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
)

// JobIssue gives coupons to a segment, some in each transaction; key: the issue's number and when it was started.
const JobIssue = "coupon.issue"

const (
	// issueWindow is how many customers one transaction looks at, and so the most that it gives a coupon. It bounds how
	// long whoever claims one waits, and the memory that any segment takes.
	issueWindow = 200
	// issueRun is how many windows one run of the job does before others have their turn: far less than its lease.
	issueRun = 20
)

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) { r.Handle(JobIssue, s.issue) }

type issuePayload struct {
	No string `json:"no"`
}

// IssueWish is to which segment staff issue a coupon.
type IssueWish struct {
	Segment string `json:"segment" maxLength:"26" doc:"Number of the segment"`
}

// IssueView is an issue of coupons to a segment, and how far it has come.
type IssueView struct {
	No         string            `json:"no"`
	Status     model.IssueStatus `json:"status" enum:"running,stopped,done"`
	Reason     string            `json:"reason,omitempty" doc:"Why it stopped: coupon_over when there are no more, coupon_closed when they cannot be had at present, staff"`
	Coupon     string            `json:"coupon" doc:"Number of the kind of coupon"`
	CouponName string            `json:"coupon_name"`
	Segment    string            `json:"segment" doc:"Number of the segment, which may be gone by now"`
	Name       string            `json:"name" doc:"Of the segment when it began"`
	Rule       customer.Rule     `json:"rule" doc:"Of the segment when it began"`
	Matched    int64             `json:"matched" doc:"Customers in the segment when it began"`
	Issued     int64             `json:"issued" doc:"Coupons given so far"`
	Skipped    int64             `json:"skipped" doc:"Customers who had as many as they may"`
	CreatedAt  model.Millis      `json:"created_at"`
	DoneAt     model.Millis      `json:"done_at,omitempty"`
}

func viewIssue(tx *gorm.DB, i model.CouponIssue, languages []string) (IssueView, error) {
	c, err := findCoupon(tx.Where("id = ?", i.CouponID))
	return IssueView{
		Coupon: c.No, CouponName: c.Name.In(languages...), No: i.No, Status: i.Status, Reason: i.Reason, Segment: i.SegmentNo, Name: i.SegmentName, Rule: customer.Rule(i.Rule),
		Matched: i.Matched, Issued: i.Issued, Skipped: i.Skipped, CreatedAt: i.CreatedAt, DoneAt: i.DoneAt,
	}, err
}

// IssueTo begins to give one of a kind of coupon to each of a segment, once per key: to those who are customers by now
// and in the segment when their turn comes. A job does it. Errors: ErrCouponNotFound; ErrSegmentNotFound at "segment";
// ErrCouponClosed when it is not active; ErrKeyReused.
func (s *Service) IssueTo(ctx context.Context, key, couponNo string, w IssueWish, languages ...string) (IssueView, error) {
	actor := model.ActorOf(ctx)
	request := idem.Request{Owner: "staff:" + actor.No, Key: key, Operation: "coupon.issue_to", Input: []any{couponNo, w}}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (IssueView, error) {
		c, err := findCoupon(tx.Where("no = ?", couponNo))
		if err != nil {
			return IssueView{}, err
		}
		if c.Status != model.CouponActive {
			return IssueView{}, model.ErrCouponClosed
		}
		seg, err := customer.FindSegment(tx, w.Segment)
		if errors.Is(err, model.ErrSegmentNotFound) {
			return IssueView{}, model.ErrSegmentNotFound.At("segment")
		} else if err != nil {
			return IssueView{}, err
		}
		now := s.now.Now()
		i := model.CouponIssue{
			No: s.newNo(), CouponID: c.ID, SegmentNo: seg.No, SegmentName: seg.Name, Rule: seg.Rule,
			Status: model.IssueRunning, AsOf: now, StaffNo: actor.No,
		}
		if i.Matched, err = customer.Count(tx, seg.Rule, now); err != nil {
			return IssueView{}, err
		}
		if err := tx.Model(&model.User{}).Select("COALESCE(MAX(id), 0)").Scan(&i.UptoID).Error; err != nil {
			return IssueView{}, fmt.Errorf("customers: %w", err)
		}
		if err := tx.Create(&i).Error; err != nil {
			return IssueView{}, fmt.Errorf("issue of coupon %s: %w", couponNo, err)
		}
		if err := job.Enqueue(tx, JobIssue, i.No, issuePayload{i.No}, now); err != nil {
			return IssueView{}, err
		}
		v, err := viewIssue(tx, i, languages)
		if err != nil {
			return IssueView{}, err
		}
		return v, trail.Write(ctx, tx, "coupon.issue_to", trail.Subject{Kind: "coupon", No: couponNo}, nil, v)
	})
}

// IssueFilter chooses issues; what is empty means any.
type IssueFilter struct {
	Coupon  string // number of the kind of coupon
	Segment string // number of the segment
}

// Issues is the issues of coupons to segments, the newest first: those with an id below before, at most limit; before 0
// starts at the newest. next is the before of the following page, or 0 at the end.
func (s *Service) Issues(ctx context.Context, f IssueFilter, before int64, limit int, languages ...string) (views []IssueView, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if f.Coupon != "" {
		query = query.Where("coupon_id IN (?)", tx.Model(&model.Coupon{}).Select("id").Where("no = ?", f.Coupon))
	}
	if f.Segment != "" {
		query = query.Where("segment_no = ?", f.Segment)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.CouponIssue) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("issues: %w", err)
	}
	views = make([]IssueView, len(rows))
	for i, r := range rows {
		if views[i], err = viewIssue(tx, r, languages); err != nil {
			return nil, 0, err
		}
	}
	return views, next, nil
}

// MoveIssue stops an issue, or has it go on where it was. Errors: ErrIssueNotFound; ErrWrongState.
func (s *Service) MoveIssue(ctx context.Context, no string, to model.IssueStatus, languages ...string) (v IssueView, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		i, err := findIssue(tx, no)
		if err != nil {
			return err
		}
		reason := ""
		if to == model.IssueStopped {
			reason = string(model.ActorStaff)
		}
		if err := flow.Advance[model.CouponIssue](tx, model.IssueFlow, i.ID, to, map[string]any{"reason": reason}); err != nil {
			return err
		}
		if to == model.IssueRunning { // the job of before may be done, or still under way: a new one is named anew
			now := s.now.Now()
			if err := job.Enqueue(tx, JobIssue, fmt.Sprintf("%s-%d", no, now), issuePayload{no}, now); err != nil {
				return err
			}
		}
		before := map[string]any{"status": i.Status, "issued": i.Issued}
		if i, err = findIssue(tx, no); err != nil {
			return err
		}
		if v, err = viewIssue(tx, i, languages); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "coupon.issue_"+string(to), trail.Subject{Kind: "issue", No: no}, before, v)
	})
	return v, err
}

func findIssue(query *gorm.DB, no string) (i model.CouponIssue, err error) {
	if err := query.Where("no = ?", no).Take(&i).Error; database.IsNotFound(err) {
		return i, model.ErrIssueNotFound
	} else if err != nil {
		return i, fmt.Errorf("issue %s: %w", no, err)
	}
	return i, nil
}

// issue is the job. Run twice at once it gives nobody two: each window is taken under the issue's lock.
func (s *Service) issue(ctx context.Context, j model.Job) error {
	var p issuePayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	for range issueRun {
		more := false
		err := s.db.InTx(ctx, func(tx *gorm.DB) (err error) {
			more, err = s.issueSome(tx, p.No)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return job.Later(s.now.Now())
}

// issueSome gives coupons to the next window of customers, and tells whether there is more to do. Rows are locked in
// the order of whoever claims one: the consumers', then the coupon's.
func (s *Service) issueSome(tx *gorm.DB, no string) (more bool, err error) {
	i, err := findIssue(tx.Clauses(forUpdate), no)
	if err != nil {
		return false, err
	}
	if i.Status != model.IssueRunning {
		return false, nil
	}
	w := customer.Window{From: i.AfterID}
	err = tx.Table("(?) AS next", tx.Model(&model.User{}).Select("id").Where("id > ? AND id <= ?", i.AfterID, i.UptoID).Order("id").Limit(issueWindow)).
		Select("COALESCE(MAX(id), 0)").Scan(&w.To).Error
	if err != nil {
		return false, fmt.Errorf("issue %s: %w", no, err)
	}
	if w.To == 0 { // nobody is left
		return false, flow.Advance[model.CouponIssue](tx, model.IssueFlow, i.ID, model.IssueDone, map[string]any{"done_at": s.now.Now()})
	}
	ids, err := customer.Among(tx, i.Rule, i.AsOf, w)
	if err != nil {
		return false, err
	}
	if ids, err = person.LockAll(tx, ids); err != nil {
		return false, err
	}
	var c model.Coupon
	if err := tx.Clauses(forUpdate).Where("id = ?", i.CouponID).Take(&c).Error; err != nil {
		return false, fmt.Errorf("coupon of issue %s: %w", no, err)
	}
	had, err := heldBy(tx, c, ids)
	if err != nil {
		return false, err
	}
	claims, skipped, reached := s.claimsFor(c, ids, had, w.To)
	for k := range claims {
		claims[k].IssueID = i.ID
	}
	if err := s.take(tx, c, claims); err != nil {
		return false, err
	}
	columns := map[string]any{
		"after_id": reached, "issued": gorm.Expr("issued + ?", len(claims)), "skipped": gorm.Expr("skipped + ?", skipped),
	}
	res := tx.Model(&model.CouponIssue{}).Where("id = ? AND status = ? AND after_id = ?", i.ID, model.IssueRunning, i.AfterID).Updates(columns)
	if res.Error != nil {
		return false, fmt.Errorf("issue %s: %w", no, res.Error)
	}
	if res.RowsAffected == 0 {
		return false, model.ErrConflict
	}
	if reached == w.To {
		return true, nil
	}
	reason := model.ErrCouponOver.Code
	if !s.givable(c) {
		reason = model.ErrCouponClosed.Code
	}
	return false, flow.Advance[model.CouponIssue](tx, model.IssueFlow, i.ID, model.IssueStopped, map[string]any{"reason": reason})
}

// heldBy is how many of a kind of coupon some consumers have had.
func heldBy(tx *gorm.DB, c model.Coupon, ids []int64) (map[int64]int64, error) {
	var rows []struct{ UserID, N int64 }
	err := tx.Model(&model.CouponClaim{}).Select("user_id, MAX(n) AS n").Where("coupon_id = ? AND user_id IN ?", c.ID, ids).
		Group("user_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("who has coupon %s: %w", c.No, err)
	}
	had := make(map[int64]int64, len(rows))
	for _, r := range rows {
		had[r.UserID] = r.N
	}
	return had, nil
}

// givable tells whether staff can hand out a kind of coupon now, as far as its state and its time go.
func (s *Service) givable(c model.Coupon) bool {
	return c.Status == model.CouponActive && (c.ValidDays > 0 || c.ValidUntil > s.now.Now())
}

// claimsFor is one coupon for each of some consumers, in the order of their ids, as far as there are any. reached is the
// id up to which everybody has had their turn: to, when nobody had to go without.
func (s *Service) claimsFor(c model.Coupon, ids []int64, had map[int64]int64, to int64) (claims []model.CouponClaim, skipped, reached int64) {
	now, left := s.now.Now(), c.Total-c.Claimed
	from, until := c.ValidFrom, c.ValidUntil
	if c.ValidDays > 0 {
		from, until = now, now.Add(time.Duration(c.ValidDays)*day)
	}
	for _, id := range ids {
		if c.PerUser > 0 && had[id] >= c.PerUser {
			skipped++
			continue
		}
		if !s.givable(c) || c.Total > 0 && int64(len(claims)) >= left {
			return claims, skipped, id - 1
		}
		claims = append(claims, model.CouponClaim{
			No: s.newNo(), CouponID: c.ID, UserID: id, N: had[id] + 1, Status: model.ClaimHeld, Access: model.CouponIssued,
			ValidFrom: from, ValidUntil: until,
		})
	}
	return claims, skipped, to
}

// take counts coupons that are handed out, if there are so many, and writes them. Errors: ErrConflict, when somebody
// was quicker in spite of the lock.
func (s *Service) take(tx *gorm.DB, c model.Coupon, claims []model.CouponClaim) error {
	if len(claims) == 0 {
		return nil
	}
	res := tx.Model(&model.Coupon{}).Where("id = ? AND status = ?", c.ID, model.CouponActive).
		Where("total = 0 OR claimed + ? <= total", len(claims)).Update("claimed", gorm.Expr("claimed + ?", len(claims)))
	if res.Error != nil {
		return fmt.Errorf("coupon %s: %w", c.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrConflict
	}
	if err := tx.Create(&claims).Error; err != nil {
		return fmt.Errorf("coupon %s: %w", c.No, err)
	}
	return nil
}
