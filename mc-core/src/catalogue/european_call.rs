//! The price of a European call option.

use super::closed_form::ClosedForm;
use super::error::{CatalogueError, check, check_dims};
use super::numbers::variance_of;
use crate::function::Function;
use crate::real::Real;
use crate::short::Short;
use crate::support::{MAX_DIMS, Support, SupportError};

/// What the price of a call depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Market {
    /// S₀, today's price of the share.
    pub spot: f64,
    /// K, the price it may be bought for.
    pub strike: f64,
    /// r, the interest rate a year.
    pub rate: f64,
    /// σ, the volatility, for a year.
    pub volatility: f64,
    /// T, the years until then.
    pub years: f64,
}

impl Default for Market {
    fn default() -> Self {
        Self { spot: 100.0, strike: 100.0, rate: 0.05, volatility: 0.2, years: 1.0 }
    }
}

/// f(x) = e^(−rT)·max(S_T − K, 0) on [0, 1]ⁿ, where
/// S_T = S₀·exp((r − σ²/2)T + σ√T·Σ Φ⁻¹(xᵢ)/√n) is geometric Brownian motion
/// after n steps: the mean is the price of the call, for any n.
#[derive(Clone, Copy, Debug)]
pub struct EuropeanCall {
    market: Market,
    steps: usize,
}

impl EuropeanCall {
    /// For any market, with this many steps.
    ///
    /// # Errors
    ///
    /// All of `market` must be finite, and positive except for the rate.
    pub fn new(market: Market, steps: usize) -> Result<Self, CatalogueError> {
        check_dims(Self::NAME, steps, MAX_DIMS)?;
        let Market { spot, strike, rate, volatility, years } = market;
        let positive =
            [("spot", spot), ("strike", strike), ("volatility", volatility), ("years", years)];
        for (parameter, value) in positive {
            check(Self::NAME, parameter, value, value > 0.0, "a positive number")?;
        }
        check(Self::NAME, "rate", rate, true, "a finite number")?;
        Ok(Self { market, steps })
    }

    /// d₁ + shift·σ√T of Black and Scholes.
    fn d(&self, shift: f64) -> f64 {
        let Market { spot, strike, rate, volatility, years } = self.market;
        let spread = volatility * years.sqrt();
        ((spot / strike).ln() + (rate + volatility * volatility / 2.0) * years) / spread
            + shift * spread
    }

    /// K·e^(−rT).
    fn discounted_strike(&self) -> f64 {
        self.market.strike * (-self.market.rate * self.market.years).exp()
    }
}

impl Function for EuropeanCall {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let Market { spot, strike, rate, volatility, years } = self.market;
        let discount = T::constant(-rate * years).exp();
        let normals = T::fold(T::constant(0.0), [x], |acc, _, [x]| acc + x.norm_quantile());
        let brownian = T::constant(volatility * years.sqrt()) * normals
            / T::constant((self.steps as f64).sqrt());
        let drift = T::constant((rate - volatility * volatility / 2.0) * years);
        let last = T::constant(spot) * (drift + brownian).exp();
        discount * (last - strike).maximum(T::constant(0.0))
    }
}

impl ClosedForm for EuropeanCall {
    const NAME: &'static str = "european-call";
    const ABOUT: &'static str = "the price of a European call under geometric Brownian motion";
    const SOURCE: &'static str =
        "F. Black, M. Scholes, The pricing of options and corporate liabilities, 1973";
    const DIMS: usize = 1;

    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        Self::new(Market::default(), dims)
    }

    fn support(&self) -> Result<Support, SupportError> {
        Support::cube(0.0, 1.0, self.steps)
    }

    fn text(&self) -> String {
        let Market { spot, strike, rate, volatility, years } = self.market;
        let [spot, strike, rate, volatility, years] =
            [spot, strike, rate, volatility, years].map(Short);
        format!(
            "exp(-{rate}*{years})*max({spot}*exp(({rate} - {volatility}^2/2)*{years} \
             + {volatility}*sqrt({years})*sum(norm_quantile(x))/sqrt(n)) - {strike}, 0)"
        )
    }

    /// S₀·Φ(d₁) − K·e^(−rT)·Φ(d₂).
    fn truth(&self) -> f64 {
        self.market.spot * Real::norm_cdf(self.d(0.0))
            - self.discounted_strike() * Real::norm_cdf(self.d(-1.0))
    }

    /// E f² = S₀²·e^(σ²T)·Φ(d₁ + σ√T) − 2·S₀·K·e^(−rT)·Φ(d₁) + (K·e^(−rT))²·Φ(d₂).
    fn variance(&self) -> f64 {
        let Market { spot, volatility, years, .. } = self.market;
        let strike = self.discounted_strike();
        let second =
            spot * spot * (volatility * volatility * years).exp() * Real::norm_cdf(self.d(1.0))
                - 2.0 * spot * strike * Real::norm_cdf(self.d(0.0))
                + strike * strike * Real::norm_cdf(self.d(-1.0));
        variance_of(second, self.truth())
    }
}
