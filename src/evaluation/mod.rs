//! Measuring ourselves: judged sets, the backtest, the calibration.

pub mod annotated;
pub mod backtest;
pub mod calibration;
pub mod judged;
pub mod metrics;
