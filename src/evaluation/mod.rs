//! Measuring ourselves: judged sets, the backtest, and later calibration.

pub mod annotated;
pub mod backtest;
pub mod judged;
pub mod metrics;
