package privacy_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/order"
	"hutong/service/review"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

const rounds = 12

// beside runs something and the deletion of a consumer's account at once, and tells what became of both.
func (s *shop) beside(b *testshop.Buyer, do func() error) (done, deleted error) {
	s.t.Helper()
	now := make(chan struct{})
	close(now)
	return s.besideFrom(b, now, do)
}

// besideFrom is beside with a deletion that begins when a channel is closed.
func (s *shop) besideFrom(b *testshop.Buyer, begin <-chan struct{}, do func() error) (done, deleted error) {
	s.t.Helper()
	errs := testdb.Race(2, func(i int) error {
		if i == 0 {
			return do()
		}
		<-begin
		return s.Privacy.Delete(s.Ctx, b.UserID)
	})
	return errs[0], errs[1]
}

// Whoever signs in while the account is deleted is somebody new, or is deleted: nothing comes back to the old row.
func TestASignInBesideADeletion(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for range 4 * rounds { // few of them meet
			b := s.Buyer()
			code, asked := must(s.Sim.LoginCode(s.Merchant.AppID, b.Name)), make(chan struct{})
			s.BeforeWeChat = func(*http.Request) { s.BeforeWeChat = nil; close(asked) }
			signedIn, deleted := s.besideFrom(b, asked, func() error { _, err := s.Identity.Login(s.Ctx, code, "en"); return err })
			s.check(errors.Join(signedIn, deleted))
			again := must(s.Identity.Login(s.Ctx, must(s.Sim.LoginCode(s.Merchant.AppID, b.Name)), "en"))
			if id := must(s.Identity.Authenticate(s.Ctx, s.Row.ID, again.Token)); id == b.UserID {
				t.Error("the deleted account is signed in to")
			}
		}
	})
}

// An order that comes beside the deletion is either seen by it, or never paid.
func TestAnOrderBesideADeletion(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sku := s.SKU(900, 50)
		for i := range rounds {
			b := s.Buyer()
			var v order.View
			placed, deleted := s.beside(b, func() (err error) {
				v, err = s.Order.Place(s.Ctx, b.Buyer, fmt.Sprint("key-beside-", i), order.Checkout{Basket: b.Wants(sku, 1), ExpectedTotalFen: sku.PriceFen})
				return err
			})
			switch {
			case deleted == nil && placed == nil:
				s.neverPaid(b, v.No)
			case deleted == nil && !errors.Is(placed, model.ErrAddressNotFound), deleted != nil && !errors.Is(deleted, model.ErrAccountInUse):
				t.Errorf("placed: %v, deleted: %v", placed, deleted)
			}
		}
		b := s.Buyer()
		v := b.MustOrder(b.Wants(sku, 1))
		s.set(b, s.Clock.Now().UnixMilli())
		s.neverPaid(b, v.No)
		s.set(b, 0)
	})
}

// set makes a consumer one whose account was deleted just before an order of theirs came.
func (s *shop) set(b *testshop.Buyer, deletedAt int64) {
	s.t.Helper()
	s.check(s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.User{}).Where("id = ?", b.UserID).Update("deleted_at", deletedAt).Error
	}))
}

func (s *shop) neverPaid(b *testshop.Buyer, no string) {
	s.t.Helper()
	if err := b.Pay(no); !errors.Is(err, model.ErrUnauthorized) {
		s.t.Errorf("an order that nobody can be sent is paid: %v", err)
	}
	s.Later(16 * time.Minute)
	if got := s.State(no).Status; got != model.OrderCancelled {
		s.t.Errorf("the order is %s", got)
	}
}

// An account is not deleted while a case is opened, and no case is opened of a deleted account.
func TestACaseBesideADeletion(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sku := s.SKU(900, 50)
		for range rounds {
			b := s.Buyer()
			no := s.received(b, sku)
			opened, deleted := s.beside(b, func() error {
				_, err := s.AfterSale.Apply(s.Ctx, b.Buyer, s.key(), no, aftersale.Wish{
					Kind: model.AfterSaleReturn, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 0, Quantity: 1}},
				})
				return err
			})
			if (opened == nil) == (deleted == nil) ||
				opened != nil && !errors.Is(opened, model.ErrUnauthorized) || deleted != nil && !errors.Is(deleted, model.ErrAccountInUse) {
				t.Errorf("opened: %v, deleted: %v", opened, deleted)
			}
		}
	})
}

// received is an order that a consumer has.
func (s *shop) received(b *testshop.Buyer, sku model.SKU) (no string) {
	s.t.Helper()
	v := b.MustOrder(b.Wants(sku, 1))
	s.check(b.Pay(v.No))
	s.Deliver()
	s.send(v.No)
	_, err := s.Fulfilment.Confirm(s.Ctx, b.Buyer, v.No)
	s.check(err)
	return v.No
}

// Nothing is said or allowed by a deleted account, from whichever server the request comes.
func TestWhatIsWrittenBesideADeletion(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sku := s.SKU(900, 50)
		for i := range rounds {
			b := s.Buyer()
			said, key := review.Input{Order: s.received(b, sku), Rating: 4, Words: "很好"}, s.key()
			write := []func() error{
				func() error {
					_, err := s.Review.Write(s.Ctx, b.UserID, key, said)
					return err
				},
				func() error {
					_, err := s.Message.Grant(s.Ctx, b.UserID, key, []string{template})
					return err
				},
			}
			if written, deleted := s.beside(b, write[i%2]); deleted != nil || written != nil && !errors.Is(written, model.ErrUnauthorized) {
				t.Errorf("written: %v, deleted: %v", written, deleted)
			}
			s.Audit(t)
		}
	})
}

// A server that has not heard yet that an account was deleted writes nothing of it.
func TestNothingComesToADeletedAccount(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sku := s.SKU(900, 50)
		s.leaveGroup(sku)
		var campaign model.GroupCampaign
		var group model.Group
		s.check(errors.Join(s.DB.Read(s.Ctx).Take(&campaign).Error, s.DB.Read(s.Ctx).Take(&group).Error))
		b := s.Buyer()
		c, err := s.AfterSale.Apply(s.Ctx, b.Buyer, s.key(), s.received(b, sku), aftersale.Wish{
			Kind: model.AfterSaleReturn, Reason: "unwanted", Lines: []aftersale.WishLine{{Line: 0, Quantity: 1}},
		})
		s.check(err)
		staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		_, err = s.AfterSale.Refuse(staff, aftersale.Handling{Key: s.key(), No: c.No}, aftersale.Note{Words: "worn"})
		s.check(err)
		s.set(b, s.Clock.Now().UnixMilli())
		for what, write := range map[string]func() error{
			"a visit": func() error { return s.GroupBuy.Visit(s.Ctx, b.UserID, group.No, 0) },
			"an appeal": func() error {
				_, err := s.AfterSale.Escalate(s.Ctx, b.Buyer, c.No, aftersale.Note{Words: "not worn"})
				return err
			},
			"a seat": func() error {
				basket := b.Wants(sku, 1)
				basket.Group = &model.GroupWish{Campaign: campaign.No}
				_, err := s.Order.Place(s.Ctx, b.Buyer, s.key(), order.Checkout{Basket: basket, ExpectedTotalFen: 800})
				return err
			},
		} {
			if err := write(); !errors.Is(err, model.ErrUnauthorized) {
				t.Errorf("%s: %v", what, err)
			}
		}
		s.set(b, 0)
	})
}

// What is added to a review that is being removed goes with it.
func TestAnAdditionBesideADeletion(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sku := s.SKU(900, 50)
		for range rounds {
			b := s.Buyer()
			v := must(s.Review.Write(s.Ctx, b.UserID, s.key(), review.Input{Order: s.received(b, sku), Rating: 4, Words: "很好"}))
			added, deleted := s.beside(b, func() (err error) {
				for err == nil || errors.Is(err, model.ErrReviewed) { // until it is gone
					_, err = s.Review.Add(s.Ctx, b.UserID, v.No, review.Addition{Words: "用了一周"})
				}
				return err
			})
			gone := errors.Is(added, model.ErrReviewNotFound) || errors.Is(added, model.ErrUnauthorized)
			if deleted != nil || !gone {
				t.Errorf("added: %v, deleted: %v", added, deleted)
			}
		}
	})
}

// Money that comes after the order and the account have ended goes back all the same.
func TestALatePaymentOfADeletedAccountIsRefunded(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.Buyer()
		v := b.MustOrder(b.Wants(s.SKU(900, 1), 1))
		_, err := s.Payment.Prepare(s.Ctx, b.Buyer, v.No)
		s.check(err)
		s.check(s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}))
		s.Clock.Turn(15 * time.Minute)
		s.RunJobs()
		s.check(s.Privacy.Delete(s.Ctx, b.UserID))
		s.Later(time.Minute)
		s.Later(10 * time.Minute)
		s.Later(time.Minute)
		if n := s.Count(&model.Refund{}, "status = ? AND amount_fen = ?", model.RefundSucceeded, v.TotalFen); n != 1 {
			t.Errorf("%d refunds", n)
		}
		if got := s.Balance(model.AccountWeChatClearing); got != 0 {
			t.Errorf("%d are still there", got)
		}
	})
}

// A message that waited for WeChat to be well again is not sent to whoever has gone.
func TestAMessageToADeletedAccountIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		b := s.Buyer()
		_, err := s.Message.Grant(s.Ctx, b.UserID, s.key(), []string{template})
		s.check(err)
		s.check(s.Sim.Grant(s.Merchant.AppID, b.Name, template))
		s.check(s.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: simulator.RateLimit}))
		s.received(b, s.SKU(900, 9))
		s.RunJobs()
		if n := s.Count(&model.Message{}, "status = ?", model.MessageHeld); n != 1 {
			t.Fatalf("%d messages wait", n)
		}
		s.check(s.Privacy.Delete(s.Ctx, b.UserID))
		s.Sim.ClearFaults()
		s.Later(time.Hour)
		if n := s.Count(&model.Message{}, "status = ? AND reason = 'account_gone'", model.MessageFailed); n != 1 || len(s.Sim.Messages()) != 0 {
			t.Errorf("%d messages were given up, %+v were sent", n, s.Sim.Messages())
		}
	})
}
